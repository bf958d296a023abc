use super::{not_told, set};
use crate::model::rest::{AuthorizationType, ConnectionType, IntegrationType, Method, ResponseTransferMode};
use crate::model::unit::RestContent;
use crate::model::{Seen, Text};
use crate::source::openapi::{rest_export, rest_import};

/// Constructed.
pub(super) const OAS30: &str = r##"{
  "openapi" : "3.0.1",
  "info" : { "title" : "shop", "version" : "2026-01-05T10:00:00Z" },
  "servers" : [ {
    "url" : "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/{basePath}",
    "variables" : { "basePath" : { "default" : "prod" } }
  } ],
  "paths" : {
    "/" : {
      "get" : {
        "responses" : { "200" : { "description" : "200 response", "content" : { } } },
        "security" : [ { "gatekeeper" : [ ] }, { "api_key" : [ ] } ],
        "x-amazon-apigateway-integration" : {
          "httpMethod" : "POST",
          "uri" : "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:shop/invocations",
          "responses" : { "default" : { "statusCode" : "200" } },
          "passthroughBehavior" : "when_no_match",
          "contentHandling" : "CONVERT_TO_TEXT",
          "timeoutInMillis" : 15000,
          "type" : "aws_proxy"
        }
      }
    },
    "/orders" : {
      "x-amazon-apigateway-any-method" : {
        "security" : [ { "sigv4" : [ ] } ],
        "x-amazon-apigateway-integration" : {
          "credentials" : "arn:aws:iam::111122223333:role/put-orders",
          "httpMethod" : "PUT",
          "uri" : "arn:aws:apigateway:eu-west-1:s3:path/{bucket}",
          "requestParameters" : { "integration.request.path.bucket" : "method.request.querystring.bucket" },
          "requestTemplates" : { "application/json" : "$input.json('$')", "text/plain" : null },
          "passthroughBehavior" : "never",
          "type" : "aws"
        }
      },
      "options" : {
        "x-amazon-apigateway-integration" : {
          "requestTemplates" : { "application/json" : "{\"statusCode\": 200}" },
          "type" : "mock"
        }
      }
    },
    "/stock/{id}" : {
      "parameters" : [ { "$ref" : "#/components/parameters/id" } ],
      "get" : {
        "security" : [ { "api_key" : [ ] } ],
        "x-amazon-apigateway-integration" : {
          "connectionId" : "${stageVariables.link}",
          "connectionType" : "VPC_LINK",
          "httpMethod" : "GET",
          "uri" : "http://stock.example.internal/{id}",
          "integrationTarget" : "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/stock/0123456789abcdef",
          "responseTransferMode" : "STREAM",
          "type" : "http_proxy"
        }
      },
      "delete" : { "security" : [ { "members" : [ "shop/write" ] } ], "x-amazon-apigateway-integration" : { "type" : "mock" } },
      "patch" : { "security" : [ { "signed" : [ ] } ] }
    }
  },
  "components" : {
    "schemas" : { "Empty" : { "title" : "Empty Schema", "type" : "object" } },
    "securitySchemes" : {
      "api_key" : { "type" : "apiKey", "name" : "x-api-key", "in" : "header" },
      "sigv4" : { "type" : "apiKey", "name" : "Authorization", "in" : "header", "x-amazon-apigateway-authtype" : "awsSigv4" },
      "gatekeeper" : {
        "type" : "apiKey", "name" : "X-Token", "in" : "header", "x-amazon-apigateway-authtype" : "custom",
        "x-amazon-apigateway-authorizer" : {
          "authorizerUri" : "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:gatekeeper/invocations",
          "authorizerCredentials" : "arn:aws:iam::111122223333:role/ask-gatekeeper",
          "authorizerResultTtlInSeconds" : 300,
          "identityValidationExpression" : "Bearer .*",
          "type" : "token"
        }
      },
      "members" : {
        "type" : "apiKey", "name" : "Authorization", "in" : "header", "x-amazon-apigateway-authtype" : "cognito_user_pools",
        "x-amazon-apigateway-authorizer" : {
          "providerARNs" : [ "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abcdefghi" ],
          "type" : "cognito_user_pools"
        }
      },
      "signed" : {
        "type" : "apiKey", "name" : "Unused", "in" : "header", "x-amazon-apigateway-authtype" : "awsSigv4",
        "x-amazon-apigateway-authorizer" : {
          "identitySource" : "method.request.header.A, method.request.querystring.B",
          "authorizerUri" : "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:signed/invocations",
          "authorizerResultTtlInSeconds" : "0",
          "type" : "request"
        }
      }
    }
  }
}"##;

pub(super) fn method<'a>(content: &'a RestContent, path: &str, verb: &str) -> &'a Method {
    let resources = content.resources.list().unwrap();
    let resource = resources.iter().find(|resource| &*resource.path == path).unwrap();
    &resource.resource_methods[verb]
}

#[test]
fn every_path_and_verb_of_an_export_is_there_without_ids() {
    let content = rest_export(OAS30).unwrap();
    let found: Vec<String> = content
        .resources
        .list()
        .unwrap()
        .iter()
        .flat_map(|resource| {
            assert_eq!(&*resource.id, "");
            resource.resource_methods.iter().map(|(verb, method)| {
                assert_eq!(*verb, method.http_method);
                format!("{verb} {}", resource.path)
            })
        })
        .collect();
    assert_eq!(
        found,
        ["GET /", "ANY /orders", "OPTIONS /orders", "DELETE /stock/{id}", "GET /stock/{id}", "PATCH /stock/{id}"]
    );
}

#[test]
fn types_are_in_the_words_of_the_api() {
    let content = rest_export(OAS30).unwrap();
    let proxy = method(&content, "/", "GET").method_integration.set().unwrap();
    assert_eq!(proxy.kind, Seen::Set(IntegrationType::AwsProxy));
    assert_eq!(proxy.http_method, set("POST"));
    assert_eq!(proxy.passthrough_behavior, set("WHEN_NO_MATCH"));
    assert_eq!(proxy.timeout_in_millis, Seen::Set(15000));

    let service = method(&content, "/orders", "ANY").method_integration.set().unwrap();
    assert_eq!(service.kind, Seen::Set(IntegrationType::Aws));
    assert_eq!(service.credentials, set("arn:aws:iam::111122223333:role/put-orders"));
    let parameters = service.request_parameters.set().unwrap();
    assert_eq!(parameters["integration.request.path.bucket"], Text::new("method.request.querystring.bucket"));
    // A null is no template.
    let templates = service.request_templates.set().unwrap();
    assert_eq!(templates.keys().map(|key| &**key).collect::<Vec<_>>(), ["application/json"]);

    let private = method(&content, "/stock/{id}", "GET").method_integration.set().unwrap();
    assert_eq!(private.connection_type, Seen::Set(ConnectionType::VpcLink));
    assert_eq!(private.connection_id, set("${stageVariables.link}"));
    assert_eq!(private.response_transfer_mode, Seen::Set(ResponseTransferMode::Stream));
    assert!(private.integration_target.set().is_some());
}

#[test]
fn responses_are_by_status_as_the_api_has_them() {
    let document = r##"{ "openapi": "3.0.1", "info": {}, "paths": { "/a": {
        "get": { "x-amazon-apigateway-integration": { "type": "mock", "responses": {
            "default": { "statusCode": "200", "responseTemplates": { "application/json": "{}", "text/xml": null } },
            "5\\d{2}": { "statusCode": "502" } } } },
        "put": { "x-amazon-apigateway-integration": { "type": "http", "responses": {
            "4..": { "statusCode": "400" }, "5..": { "statusCode": "400" } } } },
        "post": { "x-amazon-apigateway-integration": { "type": "http", "responses": { "default": {} } } },
        "head": { "x-amazon-apigateway-integration": { "type": "aws" } },
        "patch": { "x-amazon-apigateway-integration": { "type": "aws_proxy" } } } } }"##;
    let content = rest_export(document).unwrap();
    let of = |verb| &method(&content, "/a", verb).method_integration.set().unwrap().integration_responses;
    let responses = of("GET").set().unwrap();
    assert_eq!(responses.keys().map(|status| &**status).collect::<Vec<_>>(), ["200", "502"]);
    assert_eq!(responses["200"].selection_pattern, Seen::Unset);
    assert_eq!(responses["200"].response_templates.set().unwrap().len(), 1);
    assert_eq!(responses["502"].selection_pattern, set(r"5\d{2}"));
    // Two for one status, one for none, and none at all: an export may have lost some.
    for verb in ["PUT", "POST", "HEAD"] {
        assert!(of(verb).gap().is_some(), "{verb}");
    }
    // A proxy has none.
    assert_eq!(*of("PATCH"), Seen::Unset);
}

#[test]
fn silence_is_absence_only_where_it_has_a_meaning() {
    let content = rest_export(OAS30).unwrap();
    let mock = method(&content, "/orders", "OPTIONS").method_integration.set().unwrap();
    assert_eq!(mock.kind, Seen::Set(IntegrationType::Mock));
    assert_eq!(mock.uri, Seen::Unset);
    assert_eq!(mock.credentials, Seen::Unset);
    assert_eq!(mock.connection_type, Seen::Unset);
    assert_eq!(mock.timeout_in_millis, Seen::Unset);
    assert!(not_told(&mock.integration_target).contains("integrationTarget"));
    assert!(not_told(&mock.response_transfer_mode).contains("responseTransferMode"));
    // No method is deployed without an integration, so this one was left out.
    assert!(not_told(&method(&content, "/stock/{id}", "PATCH").method_integration).contains("integration"));
}

#[test]
fn security_names_the_authorizer() {
    let content = rest_export(OAS30).unwrap();
    let of = |path, verb| {
        let method = method(&content, path, verb);
        (method.authorization_type.clone(), method.authorizer_name.clone())
    };
    // The API key beside it is no second authorizer.
    assert_eq!(of("/", "GET"), (Seen::Set(AuthorizationType::Custom), set("gatekeeper")));
    assert_eq!(of("/orders", "ANY"), (Seen::Set(AuthorizationType::AwsIam), Seen::Unset));
    assert_eq!(of("/orders", "OPTIONS"), (Seen::Set(AuthorizationType::None), Seen::Unset));
    assert_eq!(of("/stock/{id}", "GET"), (Seen::Set(AuthorizationType::None), Seen::Unset));
    assert_eq!(of("/stock/{id}", "DELETE"), (Seen::Set(AuthorizationType::CognitoUserPools), set("members")));
    // An authorizer's authtype is free text, even where it says awsSigv4.
    assert_eq!(of("/stock/{id}", "PATCH"), (Seen::Set(AuthorizationType::Custom), set("signed")));
    assert_eq!(method(&content, "/orders", "ANY").authorizer_id, Seen::Unset);
    assert!(not_told(&method(&content, "/", "GET").authorizer_id).contains("id"));
}

#[test]
fn a_scheme_that_is_nowhere_described_is_told_but_for_sams_none() {
    let document = |name: &str| {
        format!(
            r#"{{"openapi": "3.0.1", "info": {{"title": "a", "version": "1"}},
                "paths": {{"/": {{"get": {{"security": [{{"{name}": []}}], "responses": {{}}}}}}}}}}"#
        )
    };
    let open = rest_import(&document("NONE")).unwrap();
    assert_eq!(method(&open, "/", "GET").authorization_type, Seen::Set(AuthorizationType::None));
    let other = rest_import(&document("Tokens")).unwrap();
    assert!(not_told(&method(&other, "/", "GET").authorization_type).contains("Tokens"));
}

#[test]
fn schemes_with_an_authorizer_are_authorizers() {
    let content = rest_export(OAS30).unwrap();
    let authorizers = content.authorizers.list().unwrap();
    let names: Vec<_> = authorizers.iter().map(|authorizer| authorizer.name.set().unwrap().to_string()).collect();
    assert_eq!(names, ["gatekeeper", "members", "signed"]);

    let [token, pool, request] = authorizers else { panic!("three authorizers") };
    assert!(token.id.is_empty());
    assert_eq!(token.kind, set("TOKEN"));
    assert_eq!(token.authorizer_credentials, set("arn:aws:iam::111122223333:role/ask-gatekeeper"));
    assert_eq!(token.authorizer_result_ttl_in_seconds, Seen::Set(300));
    // The scheme says where a token comes from.
    assert_eq!(token.identity_source, set("method.request.header.X-Token"));

    assert_eq!(pool.kind, set("COGNITO_USER_POOLS"));
    // A user pool is not called through a URI.
    assert_eq!(pool.authorizer_uri, Seen::Unset);

    assert_eq!(request.kind, set("REQUEST"));
    assert_eq!(request.identity_source, set("method.request.header.A, method.request.querystring.B"));
    assert_eq!(request.authorizer_credentials, Seen::Unset);
    assert_eq!(request.authorizer_result_ttl_in_seconds, Seen::Set(0));
}

/// Constructed.
const SWAGGER: &str = r##"{
  "swagger" : "2.0",
  "info" : { "version" : "2026-01-05T10:00:00Z", "title" : "shop" },
  "host" : "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
  "basePath" : "/prod",
  "schemes" : [ "https" ],
  "security" : [ { "gatekeeper" : [ ] } ],
  "paths" : {
    "x-tool" : "not a path",
    "/{proxy+}" : {
      "x-amazon-apigateway-any-method" : {
        "produces" : [ "application/json" ],
        "parameters" : [ { "name" : "proxy", "in" : "path", "required" : true, "type" : "string" } ],
        "responses" : { },
        "x-amazon-apigateway-integration" : {
          "uri" : "http://example.com/{proxy}", "httpMethod" : "ANY", "type" : "http_proxy",
          "cacheNamespace" : "abc123", "cacheKeyParameters" : [ "method.request.path.proxy" ]
        }
      }
    },
    "/health" : { "get" : { "security" : [ { "gatekeeper" : [ ] } ], "x-amazon-apigateway-integration" : { "type" : "mock" } } }
  },
  "securityDefinitions" : {
    "gatekeeper" : {
      "type" : "apiKey", "name" : "Authorization", "in" : "header",
      "x-amazon-apigateway-authtype" : "custom",
      "x-amazon-apigateway-authorizer" : { "type" : "token", "authorizerUri" : "arn:aws:apigateway:eu-west-1:lambda:path/x" }
    }
  },
  "definitions" : { "Empty" : { "type" : "object" } }
}"##;

#[test]
fn swagger_differs_in_where_the_schemes_stand() {
    let content = rest_export(SWAGGER).unwrap();
    assert_eq!(content.resources.list().unwrap().len(), 2);
    let any = method(&content, "/{proxy+}", "ANY");
    assert_eq!(any.method_integration.set().unwrap().kind, Seen::Set(IntegrationType::HttpProxy));
    // It says nothing, and what the document says at its root is not used.
    assert_eq!(any.authorization_type, Seen::Set(AuthorizationType::None));
    let health = method(&content, "/health", "GET");
    assert_eq!(
        (&health.authorization_type, &health.authorizer_name),
        (&Seen::Set(AuthorizationType::Custom), &set("gatekeeper"))
    );
    assert_eq!(content.authorizers.list().unwrap().len(), 1);
}

#[test]
fn what_a_scheme_does_not_tell_is_unknown() {
    // An export with `extensions=integrations` names authorizers and does not define them.
    let without = SWAGGER.replace("x-amazon-apigateway-authorizer", "x-gone");
    let content = rest_export(&without).unwrap();
    let health = method(&content, "/health", "GET");
    assert!(not_told(&health.authorization_type).contains("gatekeeper"));
    assert_eq!(health.authorizer_name, set("gatekeeper"));

    let two = OAS30.replace(r#"{ "api_key" : [ ] } ],"#, r#"{ "members" : [ ] } ],"#);
    let content = rest_export(&two).unwrap();
    assert!(not_told(&method(&content, "/", "GET").authorization_type).contains("/paths/~1/get/security"));
}

#[test]
fn paths_may_stand_behind_references() {
    // Constructed.
    let content = rest_export(
        r##"{ "openapi" : "3.1.0", "paths" : {
          "/a" : { "$ref" : "#/paths/~1b", "get" : { "x-amazon-apigateway-integration" : { "type" : "mock" } } },
          "/b" : { "$ref" : "#/components/pathItems/shared" } },
        "components" : { "pathItems" : { "shared" : {
          "get" : { "x-amazon-apigateway-integration" : { "type" : "http" } },
          "head" : { "x-amazon-apigateway-integration" : { "type" : "http" } } } } } }"##,
    )
    .unwrap();
    let kind = |path, verb| method(&content, path, verb).method_integration.set().unwrap().kind.clone();
    assert_eq!(kind("/a", "GET"), Seen::Set(IntegrationType::Mock));
    assert_eq!(kind("/a", "HEAD"), Seen::Set(IntegrationType::Http));
    assert_eq!(kind("/b", "GET"), Seen::Set(IntegrationType::Http));
}
