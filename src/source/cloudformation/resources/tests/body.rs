//! APIs as documents.

use super::{Template, open, unknown};

/// A function that asks for tokens, before one route of an API that a document makes.
fn with_authorizer(api: &str, source: &str) -> Template {
    Template(format!(
        r#"
Resources:
  Check:
    Type: AWS::Lambda::Function
    Properties: {{FunctionName: check, Runtime: python3.13, Handler: a.b, Role: "arn:aws:iam::111122223333:role/x"}}
  Permission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref Check
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:aws:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{Api}}/{source}
  Api:
    Type: {api}
    Properties:
      Body:
        openapi: 3.0.1
        info: {{title: shop, version: "1"}}
        components:
          securitySchemes:
            tokens:
              type: apiKey
              in: header
              name: Authorization
              x-amazon-apigateway-authorizer:
                type: request
                identitySource: $request.header.Authorization
                authorizerPayloadFormatVersion: "2.0"
                authorizerUri: !Sub arn:aws:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{Check.Arn}}/invocations
        paths:
          /orders:
            get:
              security: [{{tokens: []}}]
              responses: {{}}
              x-amazon-apigateway-integration:
                {{type: http_proxy, httpMethod: GET, payloadFormatVersion: "1.0", uri: "https://www.example.com/"}}
"#
    ))
}

/// A grant that spells an authorizer's id out may have the right one.
#[test]
fn nobody_knows_the_id_of_a_documents_authorizer() {
    for api in ["AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"] {
        let run = with_authorizer(api, "authorizers/*").run();
        assert!(run.findings.is_empty(), "{api}");
        assert_eq!(run.tally["lambda-invoke-denied"].passed, 1, "{api}: {:?}", unknown(&run));
        open(&with_authorizer(api, "authorizers/abc123"), "lambda-invoke-denied", "gives the authorizer tokens");
        assert_eq!(with_authorizer(api, "*/GET/orders").findings(), ["lambda-invoke-denied not-authorizer"], "{api}");
    }
}

/// The place of the call is the document's.
#[test]
fn a_finding_about_an_authorizer_stands_in_the_document() {
    for api in ["AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"] {
        let Template(text) = with_authorizer(api, "*/GET/orders");
        let run = Template(text.clone()).run();
        let line = text[..text.find("authorizerUri").expect("a URI")].matches('\n').count() + 1;
        let shown: Vec<usize> = run.findings[0]
            .fault
            .evidence
            .iter()
            .filter_map(|it| match it {
                crate::model::Evidence::Read { place, .. } => place.origin.as_ref(),
                _ => None,
            })
            .map(|origin| text[..origin.at.start].matches('\n').count() + 1)
            .collect();
        assert!(shown.contains(&line), "{api}: {shown:?}, not {line}");
    }
}
