//! What people see of a file that cannot be read.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use gatelint::source::tree;

/// As a terminal without colours shows it, 80 columns wide.
fn shown(name: &str, text: &str) -> String {
    let error = tree::read(0, name, text.as_bytes()).unwrap_err();
    let mut shown = String::new();
    let handler = miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor());
    handler.with_width(80).with_context_lines(2).with_links(false).render_report(&mut shown, &error).unwrap();
    shown
}

#[test]
fn errors_of_files_point_to_their_place() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        let head = "Description: é✅ gateway\nResources:\n  Api:\n    Type: AWS::ApiGateway::RestApi\n";
        let file = |rest: &str| shown("template.yaml", &format!("{head}{rest}"));
        insta::assert_snapshot!("file_tab", file("    Properties:\n\t  Name: api\n"));
        insta::assert_snapshot!("file_quote", file("    Properties:\n      Name: \"api\n  Fn:\n    Type: x\n"));
        insta::assert_snapshot!("file_twice", file("  Fn:\n    Type: AWS::Lambda::Function\n  Api:\n    Type: x\n"));
        insta::assert_snapshot!("file_tag", file("    Properties:\n      Name: !Subb ${AWS::StackName}\n"));
        insta::assert_snapshot!("file_second", file("---\nResources: {}\n"));
        let bomb: String =
            (1..9).map(|n| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(", "))).collect();
        insta::assert_snapshot!("file_bomb", shown("bomb.yaml", &format!("a0: &a0 [lol]\n{bomb}")));
        let json =
            "{\"Description\": \"é\",\n \"Resources\": {\n   \"Api\": {\"Type\": \"AWS::ApiGateway::RestApi\",}\n }}";
        insta::assert_snapshot!("file_json", shown("template.json", json));
        insta::assert_snapshot!("file_binary", shown("function.zip", "PK\u{3}\u{4}\0"));
    });
}
