//! Pages for lists that moto always answers whole: its answer is cut, and the token is where to go on.

use std::ops::Range;

use serde_json::{Value, json};

use super::answer::Answer;
use super::call::{Call, Wire};
use super::xml;

const TOKEN: &str = "gatelint-page-";

/// AWS's page of a REST API list when the caller names no limit, and the largest that it may name.
const APIGATEWAY_DEFAULT: usize = 25;
const APIGATEWAY_MOST: usize = 500;

/// What moto must not see: it would cut as well, or stumble over a token that is not its own.
pub fn whole(call: &Call, page_size: Option<usize>) -> Option<Call> {
    let ours = call.form.get("NextToken").is_some_and(|token| token.starts_with(TOKEN));
    if call.wire != Wire::Ec2 || !(ours || page_size.is_some()) {
        return None;
    }
    let mut call = call.clone();
    call.form.remove("NextToken");
    call.form.remove("MaxResults");
    let pairs: Vec<String> = call
        .form
        .iter()
        .map(|(name, value)| {
            let encode = |text| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC);
            format!("{}={}", encode(name), encode(value))
        })
        .collect();
    call.body = pairs.join("&").into();
    Some(call)
}

pub fn cut(call: &Call, answer: &mut Answer, page_size: Option<usize>) {
    if !answer.ok() {
        return;
    }
    match call.service.as_str() {
        // GetStages is the one list of v1 that AWS answers whole.
        "apigateway" if call.method == "GET" && call.operation != "GetStages" => {
            let limit = number(call.query.get("limit")).unwrap_or(APIGATEWAY_DEFAULT).min(APIGATEWAY_MOST);
            let size = page_size.map_or(limit, |size| size.min(limit));
            cut_json(answer, "item", "position", call.query.get("position"), Some(size));
        }
        "apigatewayv2" if call.method == "GET" => {
            let size = smaller(page_size, number(call.query.get("maxResults")));
            cut_json(answer, "items", "nextToken", call.query.get("nextToken"), size);
        }
        "ec2" => {
            let token = call.form.get("NextToken");
            let size = smaller(page_size, number(call.form.get("MaxResults")));
            if page_size.is_some() || token.is_some_and(|token| token.starts_with(TOKEN)) {
                cut_xml(answer, token, size);
            }
        }
        _ => {}
    }
}

fn cut_json(answer: &mut Answer, list: &str, token_name: &str, token: Option<&String>, size: Option<usize>) {
    answer.edit(|body| {
        let Some(Value::Array(items)) = body.get_mut(list) else {
            return;
        };
        let page = range(items.len(), token, size);
        let (all, end) = (items.len(), page.end);
        *items = items[page].to_vec();
        if end < all {
            body[token_name] = json!(format!("{TOKEN}{end}"));
        }
    });
}

fn cut_xml(answer: &mut Answer, token: Option<&String>, size: Option<usize>) {
    let text = answer.text();
    let Some(list) = top_list(&text) else { return };
    let Some(items) = xml::children(&text, list, "item") else {
        return;
    };
    let page = range(items.len(), token, size);
    let (Some(first), Some(last)) = (items.first(), items.last()) else {
        return;
    };
    let kept: String = items[page.clone()].iter().map(|item| &text[item.clone()]).collect();
    let mut cut = format!("{}{kept}{}", &text[..first.start], &text[last.end..]);
    if page.end < items.len() {
        let close = format!("</{list}>");
        let at = cut.rfind(&close).map_or(cut.len(), |at| at + close.len());
        cut.insert_str(at, &format!("<nextToken>{TOKEN}{}</nextToken>", page.end));
    }
    answer.rewrite(cut);
}

/// The list of an EC2 answer is the child of the root that is called a set or an info.
fn top_list(text: &str) -> Option<&str> {
    text.split('<').filter_map(|tag| tag.split('>').next()).find(|tag| tag.ends_with("Set") || tag.ends_with("Info"))
}

fn range(all: usize, token: Option<&String>, size: Option<usize>) -> Range<usize> {
    let start =
        token.and_then(|token| token.strip_prefix(TOKEN)).and_then(|start| start.parse().ok()).unwrap_or(0).min(all);
    let end = size.map_or(all, |size| (start + size.max(1)).min(all));
    start..end
}

fn number(text: Option<&String>) -> Option<usize> {
    text.and_then(|text| text.parse().ok())
}

fn smaller(one: Option<usize>, other: Option<usize>) -> Option<usize> {
    one.into_iter().chain(other).min()
}
