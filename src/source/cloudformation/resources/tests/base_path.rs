//! Where paths go: the examples of API Gateway's own page, and what it leaves open.

use crate::model::{Gap, Seen, Text};
use crate::source::cloudformation::resources::base_path::placed;
use crate::source::cloudformation::{Entry, Known, Value};
use crate::source::tree::Span;
use serde_json::{Value as Json, json};

fn value(json: &Json) -> Value {
    let entry =
        |(key, it): (&String, &Json)| Entry { key: key.as_str().into(), key_at: Span::default(), value: value(it) };
    let is = match json {
        Json::Object(members) => Known::Map(members.iter().map(entry).collect()),
        Json::Array(items) => Known::List(items.iter().map(value).collect()),
        Json::String(text) => Known::Text(Text::new(text.as_str())),
        _ => Known::Unknown(Gap::not_readable("hidden")),
    };
    Value::new(Span::default(), is)
}

fn paths(option: &str, mut document: Json, written: &[&str]) -> Result<Vec<String>, Gap> {
    document["paths"] =
        written.iter().map(|path| ((*path).to_owned(), json!({}))).collect::<serde_json::Map<_, _>>().into();
    let placed = placed(&value(&document), &Seen::Set(Text::new(option)))?.into_owned();
    let Some(Known::Map(paths)) = placed.get("paths").map(|it| &it.is) else { panic!("no paths: {placed:?}") };
    Ok(paths.iter().map(|path| path.key.to_string()).collect())
}

fn swagger(base: &str) -> Json {
    json!({"swagger": "2.0", "basePath": base})
}

fn servers(servers: Json) -> Json {
    json!({"openapi": "3.0.1", "servers": servers})
}

#[test]
fn the_pages_own_examples() {
    let with = |option| paths(option, swagger("/a/b/c"), &["/e", "/f"]).unwrap();
    assert_eq!(with("ignore"), ["/e", "/f"]);
    assert_eq!(with("prepend"), ["/a/b/c/e", "/a/b/c/f"]);
    assert_eq!(with("split"), ["/b/c/e", "/b/c/f"]);
}

#[test]
fn the_base_path_of_servers() {
    let variable =
        |default: &str| json!({"url": "https://h/x/{basePath}", "variables": {"basePath": {"default": default}}});
    let with = |all: Json| paths("prepend", servers(all), &["/e"]);
    for (all, path) in [
        (json!([]), "/e"),
        (json!([{"url": "https://h"}]), "/e"),
        (json!([{"url": "https://h/"}, {"url": "/"}]), "/e"),
        (json!([{"url": "https://h/a/b"}]), "/a/b/e"),
        (json!([{"url": "/a"}]), "/a/e"),
        (json!([{"url": "https://h/a"}, {"url": "https://i/a"}]), "/a/e"),
        (json!([variable("v1"), variable("v2")]), "/v1/e"),
        (json!([{"url": "https://h/a"}, variable("/v1")]), "/v1/e"),
    ] {
        assert_eq!(with(all.clone()).unwrap(), [path], "{all}");
    }
    for all in [
        json!([{"url": "https://h/a"}, {"url": "https://h/b"}]),
        json!([{"url": "https://h/{stage}"}]),
        json!([{"url": "a/b"}]),
        json!([{"url": "//h/a"}]),
        json!([{"url": null}]),
        json!([{}]),
        json!([null, variable("v1")]),
        json!([{"url": "/a", "variables": null}]),
        json!([{"url": "/a", "variables": {"basePath": {}}}]),
        json!(null),
        json!("/a"),
    ] {
        assert!(with(all.clone()).is_err(), "{all}");
    }
}

#[test]
fn what_nobody_documents_is_a_gap() {
    for base in ["/a/", "/a//b", "//a", "/{tenant}", "/a b"] {
        assert!(paths("prepend", swagger(base), &["/e"]).is_err(), "{base}");
        assert_eq!(paths("ignore", swagger(base), &["/e"]).unwrap(), ["/e"]);
    }
    assert!(paths("Prepend", swagger("/a"), &["/e"]).is_err());
    assert!(paths("prepend", swagger("/a"), &["e"]).is_err());
    assert!(paths("prepend", swagger("/a"), &["/$default"]).is_err());
    assert_eq!(paths("split", swagger("/a"), &["/$default"]).unwrap(), ["/$default"]);
    assert_eq!(paths("prepend", swagger("/a"), &["x-note", "/e"]).unwrap(), ["/a/e", "x-note"]);
    assert_eq!(paths("prepend", swagger(""), &["/e"]).unwrap(), ["/e"]);
    let hidden = Seen::Unknown(Gap::not_readable("the option"));
    assert_eq!(placed(&value(&swagger("/a")), &hidden).unwrap_err(), Gap::not_readable("the option"));
}
