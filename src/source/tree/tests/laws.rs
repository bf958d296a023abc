use super::*;
use proptest::prelude::*;
use serde_json::Value;

fn value() -> impl Strategy<Value = Value> {
    let text = "[ -~é✅\n\t\u{1}]{0,10}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(text, inner, 0..6).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// The tree's value again, and each scalar's place holds its spelling.
fn back(text: &str, node: &Node) -> Value {
    let read = |at: Span| serde_json::from_str::<Value>(&text[at.range()]).unwrap();
    let is = match &node.is {
        Is::List(items) => return items.iter().map(|item| back(text, item)).collect(),
        Is::Map(members) => {
            let member = |member: &Member| {
                assert_eq!(read(member.key_at), Value::from(&*member.key));
                (member.key.to_string(), back(text, &member.value))
            };
            return Value::Object(members.iter().map(member).collect());
        }
        Is::Null => Value::Null,
        Is::Bool(value) => Value::from(*value),
        Is::Text(text) => Value::from(&**text),
        Is::Number(number) => {
            assert_eq!(&text[node.at.range()], &**number);
            serde_json::from_str(number).unwrap()
        }
    };
    assert_eq!(read(node.at), is);
    is
}

proptest! {
    #[test]
    fn json_is_yaml(value in value(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let json = json::read(7, &text, 0).map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
        let yaml = yaml::read(7, &text, 0).map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
        prop_assert_eq!(&json.root, &yaml.root);
        prop_assert_eq!(back(&text, &json.root), value);
    }

    #[test]
    fn any_text_has_a_tree_or_a_place(text in "(\\PC|[\n\t :,\\[\\]{}\"'|>&*!#?-]){0,60}") {
        for read in [json::read, yaml::read] {
            match read(7, &text, 0) {
                Ok(document) => within(&document.root, 0..text.len() as u32, &text)?,
                Err((_, places)) => {
                    prop_assert!(!places.is_empty());
                    prop_assert!(places.iter().all(|place| text.get(place.range()).is_some()));
                }
            }
        }
    }
}

/// Every place is one of the text's.
fn within(node: &Node, range: std::ops::Range<u32>, text: &str) -> Result<(), TestCaseError> {
    prop_assert!(node.at.start <= node.at.end && node.at.end <= range.end, "{:?} {range:?}", node.at);
    prop_assert!(text.get(node.at.range()).is_some());
    node.as_list().unwrap_or_default().iter().try_for_each(|item| within(item, range.clone(), text))?;
    node.as_map().unwrap_or_default().iter().try_for_each(|member| {
        prop_assert!(text.get(member.key_at.range()).is_some());
        within(&member.value, range.clone(), text)
    })
}
