//! No input takes more than linear time or much stack.

use super::spans::check;
use std::time::{Duration, Instant};

/// Openers that nest or look ahead, many times over.
const REPEATED: &[&str] = &[
    "(",
    "[",
    "{",
    "!",
    "#if",
    "#if(",
    "#if($a)",
    "#if((",
    "#foreach($a in [",
    "#set($a=",
    "#set($a=(",
    "#set($a=[",
    "#set($a={",
    "$a.b",
    "$a.b(",
    "$a[",
    ".b",
    "$",
    "\"$",
    "\"$\"",
    "\\",
    "\\\\#",
    "$\\",
    "#*",
    "#[[",
    "##\n",
    "#m(",
    "#@m()",
    "#macro(m)",
    "#{a",
    "{a",
    "'",
    "''",
    "\"\"",
    " #set",
    "   ",
    "$!",
    "${",
    "${a",
    "${a|",
    "${a.b(",
    "#end",
    "#set($a=1+",
    "#set($a=!",
    "#set($a=\"$b\"+",
    "-",
    "1..",
    "$a.b(1+",
    "$a.b((",
    "#literal()",
    "\u{e9}",
    "$a\n",
    "${a}",
    "#stop(1 2)",
    "#m(\"#if\")",
    "#m(\"$a\")",
    "$a.b($c)",
    "#if($a)b#end",
    "\"${a}\" ",
];

#[test]
fn linear_in_the_length() {
    for piece in REPEATED {
        for (before, after) in [
            ("", ""),
            ("#if(", ""),
            ("#set($x = ", ")"),
            ("$x.y(", ")"),
            ("$x[", "]"),
            ("#set($x = \"$y", "\")"),
            ("#m(", ")"),
        ] {
            let source = format!("{before}{}{after}", piece.repeat(100_000 / piece.len()));
            let start = Instant::now();
            let _ = crate::analysis::vtl::parse(&source);
            let took = start.elapsed();
            assert!(took < Duration::from_secs(4), "{before}{piece}…{after} took {took:?}");
        }
    }
}

#[test]
fn deep_nesting_fits_a_small_stack() {
    let read = || {
        for piece in REPEATED {
            for before in ["", "#if(", "#set($x = ", "$x.y(", "$x[", "#set($x = [", "#if($x)"] {
                check(&format!("{before}{}", piece.repeat(150)));
            }
        }
        let wide = format!("#if($a){}#end", "#set($x = [{'a': $b.c([(1 + 2)], !$d[0])}])".repeat(200));
        check(&wide);
        for (open, close) in [("#if($a)", "#end"), ("#set($x = ", ")")] {
            let deep = if close == ")" {
                format!("{open}{}1{}{close}", "(".repeat(98), ")".repeat(98))
            } else {
                open.repeat(99) + &close.repeat(99)
            };
            let parsed = crate::analysis::vtl::parse(&deep).unwrap();
            assert!(!parsed.template.to_string().is_empty());
        }
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(read).unwrap().join().unwrap();
}

#[test]
fn a_long_chain_is_flat() {
    let source = format!("#set($x = \"a\"{})", " + $b".repeat(20_000));
    let printed = crate::analysis::vtl::parse(&source).unwrap().template.to_string();
    assert_eq!(printed, source);
}
