use super::{http, not_told, rest, set};
use crate::model::rest::{Authorizer, Integration, Method, Resource};
use crate::model::unit::{RestContent, V2Content};
use crate::model::{Gap, Seen, v2};
use crate::source::openapi::{
    http_export, http_is_deployed_view, join_http, join_rest, rest_export, rest_is_deployed_view,
};

fn authorizer(name: &str, id: &str) -> Authorizer {
    Authorizer { id: id.into(), name: set(name), ..Authorizer::default() }
}

/// The working copy: `/orders` has been deleted and `/new` made since the deployment.
fn draft(authorizers: Seen<Vec<Authorizer>>) -> RestContent {
    let resource = |id: &str, path: &str| Resource {
        id: id.into(),
        path: path.into(),
        resource_methods: [(
            "GET".into(),
            Box::new(Method { method_integration: Seen::Set(Integration::default()), ..Method::default() }),
        )]
        .into(),
    };
    let resources = vec![resource("r00t", "/"), resource("st0ck", "/stock/{id}"), resource("n3w", "/new")];
    RestContent { resources: Seen::Set(resources), authorizers }
}

fn joined(authorizers: Seen<Vec<Authorizer>>) -> RestContent {
    let mut deployed = rest_export(rest::OAS30).unwrap();
    join_rest(&draft(authorizers), &mut deployed);
    deployed
}

fn authorizer_id(content: &RestContent, name: &str) -> String {
    let authorizers = content.authorizers.list().unwrap();
    authorizers.iter().find(|authorizer| authorizer.name == set(name)).unwrap().id.to_string()
}

#[test]
fn resources_get_their_ids_by_path() {
    let deployed = joined(Seen::Unset);
    let ids: Vec<_> =
        deployed.resources.list().unwrap().iter().map(|resource| (&*resource.path, &*resource.id)).collect();
    assert_eq!(ids, [("/", "r00t"), ("/orders", ""), ("/stock/{id}", "st0ck")]);
}

#[test]
fn exactly_one_of_a_name_is_that_authorizer() {
    let deployed = joined(Seen::Set(vec![authorizer("gatekeeper", "auth01"), authorizer("other", "auth02")]));
    assert_eq!(rest::method(&deployed, "/", "GET").authorizer_id, set("auth01"));
    assert_eq!(authorizer_id(&deployed, "gatekeeper"), "auth01");
    // No authorizer, no id: that stays a fact.
    assert_eq!(rest::method(&deployed, "/orders", "ANY").authorizer_id, Seen::Unset);
}

#[test]
fn none_or_several_of_a_name_are_a_gap() {
    let deployed = joined(Seen::Set(vec![authorizer("gatekeeper", "auth01"), authorizer("gatekeeper", "auth02")]));
    assert!(not_told(&rest::method(&deployed, "/", "GET").authorizer_id).contains("several"));
    assert_eq!(authorizer_id(&deployed, "gatekeeper"), "");
    assert!(not_told(&rest::method(&deployed, "/stock/{id}", "DELETE").authorizer_id).contains("none"));
    assert_eq!(authorizer_id(&deployed, "members"), "");
}

#[test]
fn authorizers_that_nobody_may_list_keep_their_own_gap() {
    let denied = Gap::Denied { action: "apigateway:GET".into(), on: "authorizers".into() };
    let deployed = joined(Seen::Unknown(denied.clone()));
    assert_eq!(rest::method(&deployed, "/", "GET").authorizer_id, Seen::Unknown(denied));
    // A hidden name could be the very one.
    let hidden = Authorizer { name: Seen::Unknown(Gap::not_readable("name")), ..Authorizer::default() };
    let deployed = joined(Seen::Set(vec![authorizer("gatekeeper", "auth01"), hidden]));
    assert_eq!(not_told(&rest::method(&deployed, "/", "GET").authorizer_id), "name");
}

#[test]
fn an_export_without_integrations_is_no_deployed_view() {
    let draft = draft(Seen::Unset);
    let export = rest_export(rest::OAS30).unwrap();
    assert_eq!(rest_is_deployed_view(&draft, &export), Ok(()));
    let bare = rest_export(&rest::OAS30.replace("x-amazon-apigateway-integration", "x-gone")).unwrap();
    assert!(matches!(rest_is_deployed_view(&draft, &bare), Err(Gap::NotReadable { .. })));
    let empty = rest_export(r#"{ "openapi" : "3.0.1", "paths" : {} }"#).unwrap();
    assert!(rest_is_deployed_view(&draft, &empty).is_err());
    // Where the working copy has none either, the export may well be right.
    assert_eq!(rest_is_deployed_view(&RestContent::default(), &bare), Ok(()));
}

fn http_draft() -> V2Content {
    let route = |key: &str, id: &str| v2::Route {
        route_id: id.into(),
        route_key: key.into(),
        target: set("integrations/i1"),
        ..v2::Route::default()
    };
    let authorizer = |name: &str, id: &str| v2::Authorizer {
        authorizer_id: id.into(),
        name: set(name),
        ..v2::Authorizer::default()
    };
    V2Content {
        routes: Seen::Set(vec![route("$default", "r0"), route("GET /orders", "r1")]),
        integrations: Seen::Unset,
        authorizers: Seen::Set(vec![
            authorizer("tokens", "jwt001"),
            authorizer("asks", "a1"),
            authorizer("asks", "a2"),
        ]),
    }
}

#[test]
fn http_routes_get_their_ids_by_key() {
    let mut deployed = http_export(http::OAS30).unwrap();
    join_http(&http_draft(), &mut deployed);
    assert_eq!(&*http::route(&deployed, "$default").route_id, "r0");
    assert_eq!(&*http::route(&deployed, "GET /orders").route_id, "r1");
    assert_eq!(&*http::route(&deployed, "PUT /orders").route_id, "");
    assert_eq!(http::route(&deployed, "GET /orders").authorizer_id, set("jwt001"));
    assert!(not_told(&http::route(&deployed, "PUT /orders").authorizer_id).contains("several"));
    assert_eq!(http::route(&deployed, "$default").authorizer_id, Seen::Unset);
    // The targets of an export lead to the export's own integrations.
    assert_eq!(http::route(&deployed, "GET /orders").target, set("integrations/export/GET /orders"));
    let ids: Vec<_> =
        deployed.authorizers.list().unwrap().iter().map(|found| found.authorizer_id.lit().unwrap()).collect();
    assert_eq!(ids, ["", "jwt001"]);
}

#[test]
fn an_http_export_without_integrations_is_no_deployed_view() {
    let export = http_export(http::OAS30).unwrap();
    assert_eq!(http_is_deployed_view(&http_draft(), &export), Ok(()));
    let bare = http_export(&http::OAS30.replace("x-amazon-apigateway-integration", "x-gone")).unwrap();
    assert!(matches!(http_is_deployed_view(&http_draft(), &bare), Err(Gap::NotReadable { .. })));
    assert_eq!(http_is_deployed_view(&V2Content::default(), &bare), Ok(()));
}
