//! A template with holes is taken only if it is taken with every filling.

use super::super::{parse, refusal};
use crate::model::{Charset, Gap, Hole, Part, Text};
use proptest::prelude::*;

fn hole(charset: Charset) -> Part {
    Part::Hole(Hole { id: "h".into(), family: None, charset, gap: Gap::not_readable("h") }.into())
}

fn text(before: &str, charset: Charset, after: &str) -> Text {
    Text::from_parts([Part::Lit(before.into()), hole(charset), Part::Lit(after.into())])
}

#[test]
fn whole_templates_are_taken_refused_or_left_to_the_version() {
    assert_eq!(refusal(&"$input.json('$')".into()), Ok(None));
    assert_eq!(refusal(&"a\n#if($x) b".into()).unwrap().unwrap().line, 2);
    let open = refusal(&"#set($x = $y.a(1 + 2))".into()).unwrap_err();
    assert!(matches!(&open[..], [Gap::NotModelled { what }] if what.contains("1.7")), "{open:?}");
}

#[test]
fn a_hole_is_text_only_where_nothing_in_it_can_be_syntax() {
    assert_eq!(refusal(&text("{\"key\": \"", Charset::Token, "\"}")), Ok(None));
    assert_eq!(refusal(&text("#set($key = '", Charset::Name, "')")), Ok(None));
    for (before, after) in
        [("$", ""), ("$x", ""), ("$x.", "("), ("#", ""), ("#set($x = ", ")"), ("#if($x) ", ""), ("#[[", "")]
    {
        assert_eq!(refusal(&text(before, Charset::Name, after)), Err(vec![Gap::not_readable("h")]), "{before}");
    }
    assert!(refusal(&text("\"", Charset::Any, "\"")).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Filling a hole never takes an answer back.
    #[test]
    fn no_filling_takes_an_answer_back(
        before in "([$#{}()'\"!\\[\\]*a. =/:\\\\]|#if\\(|#end|#set\\(\\$a = |\\$a\\.b){0,6}",
        after in "([$#{}()'\"!\\[\\]*a. =/:\\\\]|#if\\(|#end|\\)|\\$a\\.b){0,6}",
        filling in "[A-Za-z0-9 _.+/=:,;~@%&?|^!*-]{1,5}",
    ) {
        let template = text(&before, Charset::Token, &after);
        if let Ok(answer) = refusal(&template) {
            prop_assert_eq!(answer, None);
            let filled = format!("{before}{filling}{after}");
            prop_assert!(parse(&filled).is_ok_and(|parsed| parsed.beyond.is_empty()), "{}", filled);
        }
    }
}
