//! HTTP APIs: authorizers, deployments, stages, exports.

use serde_json::{Value, json};

use super::{Boto, array, text};
use crate::bed::Bed;

const JWT: &str = "$request.header.Authorization";

/// The API and its integration.
fn api(boto: &Boto) -> (String, String) {
    let id = text(&boto.call("apigatewayv2", "create_api", json!({"Name": "pets", "ProtocolType": "HTTP"}))["ApiId"]);
    let authorizer = json!({
        "ApiId": id, "Name": "keeper", "AuthorizerType": "JWT", "IdentitySource": [JWT],
        "JwtConfiguration": {"Audience": ["pets"], "Issuer": "https://issuer.example"},
    });
    let authorizer = boto.call("apigatewayv2", "create_authorizer", authorizer)["AuthorizerId"].clone();
    let integration = json!({
        "ApiId": id, "IntegrationType": "HTTP_PROXY", "IntegrationMethod": "GET", "IntegrationUri": "https://first.example",
        "PayloadFormatVersion": "1.0", "ConnectionType": "VPC_LINK", "ConnectionId": "link01",
    });
    let integration = text(&boto.call("apigatewayv2", "create_integration", integration)["IntegrationId"]);
    let target = format!("integrations/{integration}");
    let route = json!({
        "ApiId": id, "RouteKey": "GET /pets/{id}", "Target": target, "AuthorizationType": "JWT", "AuthorizerId": authorizer,
    });
    boto.call("apigatewayv2", "create_route", route);
    boto.call("apigatewayv2", "create_route", json!({"ApiId": id, "RouteKey": "$default", "Target": target}));
    (id, integration)
}

fn export(boto: &Boto, id: &str, stage: Option<&str>) -> Value {
    let mut params = json!({"ApiId": id, "Specification": "OAS30", "OutputType": "JSON"});
    if let Some(stage) = stage {
        params["StageName"] = json!(stage);
    }
    boto.call("apigatewayv2", "export_api", params)["body"].clone()
}

#[test]
fn authorizers_and_deployments_are_listed() {
    let bed = Bed::new();
    let boto = Boto(&bed);
    let (id, _) = api(&boto);
    let authorizers = boto.call("apigatewayv2", "get_authorizers", json!({"ApiId": id}));
    let authorizer = &array(&authorizers["Items"])[0];
    assert_eq!(
        (&authorizer["Name"], &authorizer["JwtConfiguration"]["Audience"][0]),
        (&json!("keeper"), &json!("pets"))
    );
    let nowhere = json!({"ApiId": "nowhere"});
    assert_eq!(boto.error("apigatewayv2", "get_authorizers", nowhere), ("NotFoundException".into(), 404));

    let deployment = boto.call("apigatewayv2", "create_deployment", json!({"ApiId": id}));
    let stage = json!({"ApiId": id, "StageName": "prod", "DeploymentId": deployment["DeploymentId"]});
    boto.call("apigatewayv2", "create_stage", stage);
    boto.call("apigatewayv2", "create_stage", json!({"ApiId": id, "StageName": "$default", "AutoDeploy": true}));
    let stages = boto.call("apigatewayv2", "get_stages", json!({"ApiId": id}));
    let stage = |name: &str| {
        array(&stages["Items"]).iter().find(|stage| stage["StageName"] == name).cloned().expect("the stage")
    };
    assert_eq!(stage("prod")["DeploymentId"], deployment["DeploymentId"]);
    let automatic = stage("$default");
    let message = format!("Successfully deployed stage with deployment ID '{}'", text(&automatic["DeploymentId"]));
    assert_eq!(automatic["LastDeploymentStatusMessage"], message);
    let deployments = boto.call("apigatewayv2", "get_deployments", json!({"ApiId": id}));
    assert_eq!(array(&deployments["Items"]).len(), 2, "{deployments}");
}

#[test]
fn an_export_is_what_the_stage_serves() {
    let bed = Bed::new();
    let boto = Boto(&bed);
    let (id, integration) = api(&boto);
    boto.call("apigatewayv2", "create_stage", json!({"ApiId": id, "StageName": "$default", "AutoDeploy": true}));
    boto.call("apigatewayv2", "create_stage", json!({"ApiId": id, "StageName": "prod"}));
    boto.call("apigatewayv2", "create_deployment", json!({"ApiId": id, "StageName": "prod"}));
    let first = export(&boto, &id, Some("prod"));
    let get = &first["paths"]["/pets/{id}"]["get"];
    assert_eq!(get["security"], json!([{"keeper": []}]));
    let scheme = &first["components"]["securitySchemes"]["keeper"];
    assert_eq!(scheme["x-amazon-apigateway-authorizer"]["identitySource"], JWT);
    let exported = &get["x-amazon-apigateway-integration"];
    for (field, value) in [
        ("type", "http_proxy"),
        ("uri", "https://first.example"),
        ("connectionType", "VPC_LINK"),
        ("connectionId", "link01"),
        ("payloadFormatVersion", "1.0"),
    ] {
        assert_eq!(exported[field], value, "{field} of {exported}");
    }
    assert_eq!(first["paths"]["/$default"]["x-amazon-apigateway-any-method"]["isDefaultRoute"], true);

    let change = json!({"ApiId": id, "IntegrationId": integration, "IntegrationUri": "https://second.example"});
    boto.call("apigatewayv2", "update_integration", change);
    assert_eq!(export(&boto, &id, Some("prod")), first, "the draft has changed, the deployment has not");
    for follows in [None, Some("$default")] {
        let now = export(&boto, &id, follows);
        let uri = &now["paths"]["/pets/{id}"]["get"]["x-amazon-apigateway-integration"]["uri"];
        assert_eq!(uri, "https://second.example", "{follows:?}");
    }
}

#[test]
fn a_websocket_api_has_no_export() {
    let bed = Bed::new();
    let boto = Boto(&bed);
    let api = json!({"Name": "chat", "ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.action"});
    let id = boto.call("apigatewayv2", "create_api", api)["ApiId"].clone();
    let export = json!({"ApiId": id, "Specification": "OAS30", "OutputType": "JSON"});
    assert_eq!(boto.error("apigatewayv2", "export_api", export), ("BadRequestException".into(), 400));
}
