use super::{not_told, set};
use crate::model::unit::V2Content;
use crate::model::v2::{AuthorizationType, ConnectionType, Integration, IntegrationType, Route};
use crate::model::{Seen, Text};
use crate::source::openapi::http_export;

/// Constructed.
pub(super) const OAS30: &str = r##"{
  "openapi" : "3.0.1",
  "info" : { "title" : "shop", "version" : "2026-01-05 10:00:00UTC" },
  "servers" : [ { "url" : "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/{basePath}", "variables" : { "basePath" : { "default" : "" } } } ],
  "paths" : {
    "/$default" : {
      "x-amazon-apigateway-any-method" : {
        "responses" : { "default" : { "description" : "Default response" } },
        "isDefaultRoute" : true,
        "x-amazon-apigateway-integration" : { "$ref" : "#/components/x-amazon-apigateway-integrations/site" }
      }
    },
    "/site/{proxy+}" : {
      "x-amazon-apigateway-any-method" : {
        "x-amazon-apigateway-integration" : { "$ref" : "#/components/x-amazon-apigateway-integrations/site" }
      },
      "parameters" : [ { "name" : "proxy+", "in" : "path", "required" : true, "schema" : { "type" : "string" } } ]
    },
    "/orders" : {
      "get" : {
        "security" : [ { "tokens" : [ "email" ] } ],
        "x-amazon-apigateway-integration" : {
          "payloadFormatVersion" : "2.0",
          "type" : "aws_proxy",
          "httpMethod" : "POST",
          "uri" : "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:orders/invocations",
          "connectionType" : "INTERNET",
          "timeoutInMillis" : 12000
        }
      },
      "post" : {
        "security" : [ { "sigv4" : [ ] } ],
        "x-amazon-apigateway-integration" : {
          "integrationSubtype" : "SQS-SendMessage",
          "credentials" : "arn:aws:iam::111122223333:role/send",
          "requestParameters" : { "QueueUrl" : "https://sqs.eu-west-1.amazonaws.com/111122223333/orders", "MessageBody" : "$request.body" },
          "payloadFormatVersion" : "1.0",
          "type" : "aws_proxy",
          "connectionType" : "INTERNET"
        }
      },
      "put" : {
        "security" : [ { "asks" : [ ] } ],
        "x-amazon-apigateway-integration" : {
          "payloadFormatVersion" : "1.0",
          "connectionId" : "l1nk00",
          "type" : "http_proxy",
          "httpMethod" : "ANY",
          "uri" : "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/orders/50dc6c495c0c9188/0467ef3c8400ae65",
          "connectionType" : "VPC_LINK",
          "tlsConfig" : { "serverNameToVerify" : "orders.example.com" }
        }
      },
      "delete" : { "responses" : { } }
    }
  },
  "components" : {
    "x-amazon-apigateway-integrations" : {
      "site" : { "payloadFormatVersion" : "1.0", "type" : "http_proxy", "httpMethod" : "ANY", "uri" : "https://www.example.com", "connectionType" : "INTERNET" },
      "unusedIntegration_abc1234" : { "payloadFormatVersion" : "2.0", "type" : "aws_proxy", "httpMethod" : "POST", "uri" : "arn:aws:apigateway:x", "connectionType" : "INTERNET" }
    },
    "securitySchemes" : {
      "sigv4" : { "type" : "apiKey", "name" : "Authorization", "in" : "header", "x-amazon-apigateway-authtype" : "awsSigv4" },
      "tokens" : {
        "type" : "oauth2", "flows" : { },
        "x-amazon-apigateway-authorizer" : {
          "identitySource" : "$request.header.Authorization",
          "jwtConfiguration" : { "audience" : [ "shop" ], "issuer" : "https://login.example.com" },
          "type" : "jwt"
        }
      },
      "asks" : {
        "type" : "apiKey", "name" : "Authorization", "in" : "header",
        "x-amazon-apigateway-authorizer" : {
          "identitySource" : "$request.header.Authorization",
          "authorizerUri" : "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:asks/invocations",
          "authorizerPayloadFormatVersion" : "2.0",
          "authorizerResultTtlInSeconds" : 0,
          "type" : "request",
          "enableSimpleResponses" : false
        }
      }
    }
  },
  "x-amazon-apigateway-cors" : { "allowMethods" : [ "GET" ], "maxAge" : 0, "allowCredentials" : false, "allowOrigins" : [ "*" ] },
  "x-amazon-apigateway-importexport-version" : "1.0"
}"##;

pub(super) fn route<'a>(content: &'a V2Content, key: &str) -> &'a Route {
    content.routes.list().unwrap().iter().find(|route| route.route_key == Text::new(key)).unwrap()
}

/// As the graph goes from a route to its integration.
fn integration<'a>(content: &'a V2Content, key: &str) -> &'a Integration {
    let target = route(content, key).target.set().unwrap().to_string();
    let id = target.strip_prefix("integrations/").unwrap();
    content.integrations.list().unwrap().iter().find(|found| found.integration_id.lit() == Some(id)).unwrap()
}

#[test]
fn paths_and_verbs_are_route_keys() {
    let content = http_export(OAS30).unwrap();
    let keys: Vec<String> = content.routes.list().unwrap().iter().map(|route| route.route_key.to_string()).collect();
    assert_eq!(
        keys,
        ["$default", "GET /orders", "PUT /orders", "POST /orders", "DELETE /orders", "ANY /site/{proxy+}"]
    );
    assert!(content.routes.list().unwrap().iter().all(|route| route.route_id.is_empty()));
}

#[test]
fn the_default_route_is_a_path_with_a_dollar() {
    let key = |document: &str| http_export(document).unwrap().routes.list().unwrap()[0].route_key.to_string();
    assert_eq!(key(OAS30), "$default");
    assert_eq!(key(&OAS30.replace(r#""isDefaultRoute" : true,"#, "")), "$default");
    assert_eq!(key(&OAS30.replace("/$default", "$default")), "$default");
    // Somebody's route that only looks like it.
    assert_eq!(key(&OAS30.replace(r#""isDefaultRoute" : true"#, r#""isDefaultRoute" : false"#)), "ANY /$default");
}

#[test]
fn targets_lead_to_integrations() {
    let content = http_export(OAS30).unwrap();
    let lambda = integration(&content, "GET /orders");
    assert_eq!(lambda.integration_id, Text::from("export/GET /orders"));
    assert_eq!(lambda.kind, Seen::Set(IntegrationType::AwsProxy));
    assert_eq!(lambda.payload_format_version, set("2.0"));
    assert_eq!(lambda.integration_method, set("POST"));
    assert_eq!(lambda.connection_type, Seen::Set(ConnectionType::Internet));
    assert_eq!(lambda.timeout_in_millis, Seen::Set(12000));
    assert_eq!(lambda.credentials_arn, Seen::Unset);
    assert!(not_told(&lambda.tls_config).contains("tlsConfig"));

    let queue = integration(&content, "POST /orders");
    assert_eq!(queue.integration_subtype, set("SQS-SendMessage"));
    assert_eq!(queue.credentials_arn, set("arn:aws:iam::111122223333:role/send"));
    assert_eq!(queue.integration_uri, Seen::Unset);
    assert_eq!(queue.request_parameters.set().unwrap()["MessageBody"], Text::new("$request.body"));

    let private = integration(&content, "PUT /orders");
    assert_eq!(private.connection_id, set("l1nk00"));
    assert_eq!(private.timeout_in_millis, Seen::Unset);
    assert_eq!(private.tls_config.set().unwrap().server_name_to_verify, set("orders.example.com"));

    assert!(not_told(&route(&content, "DELETE /orders").target).contains("integration"));
}

#[test]
fn shared_integrations_stay_shared_and_unused_ones_stay_out() {
    let content = http_export(OAS30).unwrap();
    let site = integration(&content, "$default");
    assert_eq!(site, integration(&content, "ANY /site/{proxy+}"));
    assert_eq!(site.integration_uri, set("https://www.example.com"));
    assert_eq!(content.integrations.list().unwrap().len(), 4);
}

#[test]
fn routes_name_their_authorizers() {
    let content = http_export(OAS30).unwrap();
    let of = |key| {
        let route = route(&content, key);
        (route.authorization_type.clone(), route.authorizer_name.clone())
    };
    assert_eq!(of("GET /orders"), (Seen::Set(AuthorizationType::Jwt), set("tokens")));
    assert_eq!(of("POST /orders"), (Seen::Set(AuthorizationType::AwsIam), Seen::Unset));
    assert_eq!(of("PUT /orders"), (Seen::Set(AuthorizationType::Custom), set("asks")));
    assert_eq!(of("$default"), (Seen::Set(AuthorizationType::None), Seen::Unset));

    let [asks, tokens] = content.authorizers.list().unwrap() else { panic!("two authorizers") };
    assert_eq!(asks.authorizer_type, set("REQUEST"));
    assert_eq!(asks.authorizer_payload_format_version, set("2.0"));
    assert_eq!(asks.authorizer_credentials_arn, Seen::Unset);
    assert_eq!(tokens.authorizer_type, set("JWT"));
    assert_eq!(tokens.authorizer_uri, Seen::Unset);
    assert!(tokens.authorizer_id.is_empty());
}

#[test]
fn a_broken_integration_costs_its_route_only() {
    let content = http_export(&OAS30.replace("12000", "[12000]")).unwrap();
    assert!(not_told(&route(&content, "GET /orders").target).contains("/paths/~1orders/get/x-amazon"));
    assert_eq!(content.integrations.list().unwrap().len(), 3);
    assert_eq!(route(&content, "GET /orders").authorization_type, Seen::Set(AuthorizationType::Jwt));

    let astray = OAS30.replace("#/components/x-amazon-apigateway-integrations/site", "https://example.com/site.json");
    assert!(not_told(&route(&http_export(&astray).unwrap(), "$default").target).contains("/paths/~1$default/"));
}
