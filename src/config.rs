//! `gatelint.toml`: which rules count how much, and what is accepted with a reason.

use crate::model::excerpt::{excerpt, harmless};
use crate::model::{Origin, SourceFile, redact};
use crate::rules;
use crate::verdict::Severity;
use jiff::civil::Date;
use miette::{Diagnostic, NamedSource, SourceSpan};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use thiserror::Error;
use toml::Spanned;

/// How the file is called where nobody names it.
pub const NAME: &str = "gatelint.toml";

/// The settings of a run.
#[derive(Debug, Default)]
pub struct Config {
    pub fail_on: Option<FailOn>,
    pub strict: bool,
    pub levels: BTreeMap<&'static str, Level>,
    pub ignores: Vec<Ignore>,
    /// Not all that the settings are for is looked at: an ignore may be for the rest.
    pub partial: bool,
}

/// What somebody accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct Ignore {
    pub rule: &'static str,
    /// A pattern, see `triage`.
    pub place: String,
    pub because: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
    pub at: Origin,
}

/// The least severity that makes the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum FailOn {
    Error,
    Warning,
    Note,
    Never,
}

/// How much a rule counts: `off` does not ask it at all; the others stand in place of the
/// severity that follows from which requests die.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    Off,
    Note,
    Warning,
    Error,
}

impl Level {
    pub fn severity(self) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::Note => Some(Severity::Note),
            Level::Warning => Some(Severity::Warning),
            Level::Error => Some(Severity::Error),
        }
    }
}

/// Settings of gatelint.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "gatelint.toml")]
struct Written {
    /// The least severity that makes the exit code 1; `--fail-on` goes before it.
    fail_on: Option<FailOn>,
    /// Exit with 4 if anything stayed unknown, as `--strict` does.
    #[serde(default)]
    strict: bool,
    /// How much a rule counts, by its id.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Level>")]
    rules: BTreeMap<Spanned<String>, Level>,
    /// What is accepted, with a reason.
    #[serde(default)]
    #[schemars(with = "Vec<WrittenIgnore>")]
    ignore: Vec<Spanned<WrittenIgnore>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WrittenIgnore {
    /// A rule's id.
    #[schemars(with = "String")]
    rule: Spanned<String>,
    /// What it is about: the id or name of the subject, `API STAGE ROUTE`, a file or a logical id. `*` stands for
    /// any characters.
    #[serde(rename = "where")]
    #[schemars(with = "String", length(min = 1))]
    place: Spanned<String>,
    /// Why that is accepted.
    #[schemars(with = "String", length(min = 1))]
    because: Spanned<String>,
    /// The last day on which it holds.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    until: Option<Spanned<toml::Value>>,
}

/// Shared, so that an error is small.
type Text = Arc<NamedSource<String>>;

/// What is wrong with the file, and where.
#[derive(Debug, Error, Diagnostic)]
pub enum ConfigError {
    #[error("{file} cannot be read: {says}")]
    Syntax {
        file: String,
        says: String,
        #[source_code]
        text: Text,
        #[label("here")]
        at: SourceSpan,
    },
    #[error("there is no rule {rule}")]
    NoSuchRule {
        rule: String,
        #[help]
        help: String,
        #[source_code]
        text: Text,
        #[label("here")]
        at: SourceSpan,
    },
    #[error("`{key}` of an ignore {wants}")]
    Ignore {
        key: &'static str,
        wants: &'static str,
        #[source_code]
        text: Text,
        #[label("here")]
        at: SourceSpan,
    },
}

/// Reads the settings.
///
/// # Errors
/// What is no TOML, or says what gatelint does not know, with its place.
pub fn parse(file: SourceFile) -> Result<Config, ConfigError> {
    let secrets = redact::lines(&file.text);
    let reader = Reader { file: Arc::new(file.hiding(secrets)) };
    let written: Written = toml::from_str(&reader.file.text).map_err(|error| reader.syntax(&error))?;
    let levels = written.rules.into_iter().map(|(rule, level)| Ok((reader.rule(&rule)?, level)));
    Ok(Config {
        partial: false,
        fail_on: written.fail_on,
        strict: written.strict,
        levels: levels.collect::<Result<_, ConfigError>>()?,
        ignores: written.ignore.iter().map(|it| reader.ignore(it)).collect::<Result<_, _>>()?,
    })
}

/// The JSON Schema of the file.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Written).into()
}

struct Reader {
    file: Arc<SourceFile>,
}

impl Reader {
    /// The text as people may see it, and where a place of it stands there.
    fn shown(&self, at: Range<usize>) -> (Text, SourceSpan) {
        let SourceFile { name, text, .. } = &*self.file;
        let (text, at) = excerpt(text, &[at], &self.file.secrets(&(0..text.len())));
        let at = at.into_iter().next().unwrap_or_default();
        (Arc::new(NamedSource::new(harmless(name), text)), at.into())
    }

    fn syntax(&self, error: &toml::de::Error) -> ConfigError {
        let (at, says) = (error.span().unwrap_or_default(), error.message());
        // What was found is repeated before what is expected.
        let expected = || says.rsplit_once(", expected ").map_or("another value", |(_, expected)| expected);
        let says = match self.file.secrets(&at).is_empty() {
            true => says.to_owned(),
            false => format!("expected here: {}", expected()),
        };
        let (text, at) = self.shown(at);
        ConfigError::Syntax { file: harmless(&self.file.name), says, text, at }
    }

    fn rule(&self, written: &Spanned<String>) -> Result<&'static str, ConfigError> {
        let id = written.get_ref();
        rules::all().map(|rule| rule.id).find(|known| known == id).ok_or_else(|| {
            let help = match rules::nearest(id) {
                Some(nearest) => format!("did you mean {nearest}? `gatelint rules` lists them all"),
                None => "`gatelint rules` lists them all".into(),
            };
            let rule = redact::masked(id, 0..id.len(), &redact::lines(id)).escape_debug().to_string();
            let (text, at) = self.shown(written.span());
            ConfigError::NoSuchRule { rule, help, text, at }
        })
    }

    fn ignore(&self, written: &Spanned<WrittenIgnore>) -> Result<Ignore, ConfigError> {
        let WrittenIgnore { rule, place, because, until } = written.get_ref();
        let wrong = |key, wants, at| {
            let (text, at) = self.shown(at);
            ConfigError::Ignore { key, wants, text, at }
        };
        let said = |key, wants, text: &Spanned<String>| match text.get_ref().trim() {
            "" => Err(wrong(key, wants, text.span())),
            said => Ok(said.to_owned()),
        };
        let day = |until: &Spanned<toml::Value>| {
            let day = match until.get_ref() {
                toml::Value::Datetime(day) => day.to_string().parse().ok(),
                toml::Value::String(day) => day.parse().ok(),
                _ => None,
            };
            day.ok_or_else(|| wrong("until", "is a day, such as 2027-01-31", until.span()))
        };
        Ok(Ignore {
            rule: self.rule(rule)?,
            place: said("where", "says what it is about; \"*\" is everything", place)?,
            because: said("because", "says why", because)?,
            until: until.as_ref().map(day).transpose()?,
            at: Origin { file: self.file.clone(), at: written.span() },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> (String, String) {
        let error = parse(SourceFile::new("gatelint.toml", text, None)).expect_err(text);
        let label = error.labels().and_then(|mut labels| labels.next()).expect("a label");
        (error.to_string(), text[label.offset()..label.offset() + label.len()].to_owned())
    }

    #[test]
    fn all_that_can_be_said_is_read() {
        let text = r#"
            fail-on = "warning"
            strict = true
            [rules]
            "lambda-timeout-exceeds-integration" = "off"
            lambda-invoke-denied = "warning"
            [[ignore]]
            rule = "lambda-invoke-denied"
            where = "orders prod *"
            because = " granted later "
            until = 2027-01-31
            [[ignore]]
            rule = "lambda-invoke-denied"
            where = "*"
            because = "x"
            until = "2027-02-01""#;
        let config = parse(SourceFile::new("gatelint.toml", text, None)).expect("readable");
        assert_eq!((config.fail_on, config.strict), (Some(FailOn::Warning), true));
        let levels = [("lambda-invoke-denied", Level::Warning), ("lambda-timeout-exceeds-integration", Level::Off)];
        assert_eq!(config.levels, levels.into());
        let until: Vec<_> = config.ignores.iter().map(|it| it.until.expect("a day").to_string()).collect();
        assert_eq!(until, ["2027-01-31", "2027-02-01"]);
        assert_eq!((&*config.ignores[0].because, &*config.ignores[0].place), ("granted later", "orders prod *"));
        assert!(text[config.ignores[0].at.at.clone()].contains("[[ignore]]"));
    }

    #[test]
    fn what_is_wrong_is_underlined() {
        assert_eq!(wrong("strickt = true").1, "strickt");
        assert_eq!(wrong("strict = yes").1.trim(), "yes");
        assert_eq!(wrong("[rules]\nlambda-invoke-denied = \"loud\"").1, "\"loud\"");
        let (says, at) = wrong("[rules]\nlambda-invoke = \"off\"");
        assert_eq!((&*says, &*at), ("there is no rule lambda-invoke", "lambda-invoke"));
        let ignore = |rest: &str| wrong(&format!("[[ignore]]\nrule = \"lambda-invoke-denied\"\n{rest}"));
        assert_eq!(ignore("where = \"x\"\nbecause = \" \"").1, "\" \"");
        assert_eq!(ignore("where = \"\"\nbecause = \"x\"").1, "\"\"");
        assert_eq!(ignore("where = \"x\"\nbecause = \"x\"\nuntil = 2027").1, "2027");
        assert_eq!(ignore("where = \"x\"\nbecause = \"x\"\nuntil = \"soon\"").1, "\"soon\"");
        assert!(ignore("where = \"x\"").0.contains("missing field `because`"));
    }

    #[test]
    fn secrets_beside_what_is_wrong_are_masked() {
        for (text, shown) in [
            (
                "strickt = true\napi_token = \"hunter2\"\nstrict = true",
                "strickt = true\napi_token = *********\nstrict = true",
            ),
            ("[secrets]\nwebhook = \"hunter2\"", "[secrets]\nwebhook = *********"),
            ("[rules]\npassword = \"hunter2\"", "[rules]\npassword = *********"),
            ("strict = \"AKIAIOSFODNN7EXAMPLE\"", "strict = \"********************\""),
            (
                "[[ignore]]\nrule = \"AKIAIOSFODNN7EXAMPLE\"\nwhere = \"*\"\nbecause = \"x\"",
                "[[ignore]]\nrule = \"********************\"\nwhere = \"*\"\nbecause = \"x\"",
            ),
            ("token = hunter2", "token = *******"),
        ] {
            let error = parse(SourceFile::new("gatelint.toml", text, None)).expect_err(text);
            assert!(!format!("{error} {error:?}").contains("AKIA"), "{error:?}");
            let (source, all) = (error.source_code().expect("a text"), (0, shown.len()).into());
            let read = source.read_span(&all, 0, 0).expect("all of it");
            assert_eq!(String::from_utf8_lossy(read.data()), shown);
        }
    }

    #[test]
    fn a_wrong_rule_names_the_nearest() {
        let error = parse(SourceFile::new("g", "[rules]\nlambda-timeout = \"off\"", None)).expect_err("no such rule");
        assert!(error.help().expect("help").to_string().contains("did you mean lambda-timeout-exceeds-integration"));
    }
}
