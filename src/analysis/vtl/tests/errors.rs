//! Errors are one clear sentence at the right place.

use crate::analysis::vtl::{NESTING_LIMIT, parse};

#[test]
fn errors_say_where_and_what() {
    for (source, expected) in [
        (
            "{\n#if($a)\n  x\n}\n",
            "line 4, column 3: found the end of the template, expected the `#end` of the `#if` at line 2",
        ),
        ("a\r\n  #end", "line 2, column 3: found `#end`, expected an open directive that it belongs to"),
        ("#set($a = )", "line 1, column 11: found `)`, expected a value"),
        ("#set($a : 1)", "line 1, column 9: found `:`, expected `=`"),
        ("é#if($a = 1)#end", "line 1, column 9: found `=`, expected an operator or the `)` of the condition"),
        ("$a.b(1 2)", "line 1, column 8: found `2`, expected `,` or the `)` of `b`"),
        ("\"${a\"", "line 1, column 5: found `\"`, expected the `}` of the reference that starts at line 1, column 2"),
        (
            "$a.b('c\n",
            "line 2, column 1: found the end of the template, expected the `'` that closes what starts at line 1, column 6",
        ),
        (
            "#[[ a",
            "line 1, column 6: found the end of the template, expected the `]]#` that closes what starts at line 1, column 1",
        ),
        ("#if($a)#else#else#end", "line 1, column 13: found `#else`, expected the `#end` of the `#if` at line 1"),
        ("#stop(1 2)", "line 1, column 1: found more than one argument, expected at most one"),
    ] {
        let error = parse(source).expect_err(source);
        assert_eq!(error.to_string(), expected, "{source:?}");
    }
}

#[test]
fn an_error_in_a_string_is_placed_in_the_template() {
    let error = parse("#set($a = \"say \"\"x\"\" #if($b)\")").unwrap_err();
    assert_eq!((error.line, error.column, error.found.as_str()), (1, 29, "the end of the string"));
    let error = parse("#set($a = \"\n$b[\")").unwrap_err();
    assert_eq!(error.line, 2);
}

#[test]
fn an_error_of_syntax_comes_before_one_in_a_string() {
    let error = parse("#set($a = \"#if($b)\")\n#end").unwrap_err();
    assert_eq!((error.line, error.found.as_str()), (2, "`#end`"));
}

#[test]
fn nesting_has_a_limit_that_the_error_names() {
    let error = parse(&format!("#if({}", "(".repeat(5000))).unwrap_err();
    assert!(error.to_string().contains(&format!("no more than {NESTING_LIMIT} levels of nesting")), "{error}");
}
