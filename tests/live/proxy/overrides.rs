//! What a test wants answered instead of moto's answer.

use std::sync::Mutex;
use std::time::Duration;

use hyper::body::Bytes;
use serde::Deserialize;
use serde_json::Value;

use super::answer::{Answer, WireError};
use super::call::Call;

/// Applies to the calls of one operation whose text has `contains`. `denied`, `error` and `body` answer in moto's place;
/// `merge` (a JSON merge patch), `replace` and a `status` of their own change what moto answered.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Override {
    pub(crate) service: String,
    pub(crate) operation: String,
    pub(crate) contains: Option<String>,
    #[serde(default)]
    pub(crate) replace: Vec<[String; 2]>,
    pub(crate) error: Option<WireError>,
    /// Refuses the caller as this service does; the short form of the `error` for it.
    #[serde(default)]
    pub(crate) denied: bool,
    pub(crate) body: Option<Value>,
    pub(crate) status: Option<u16>,
    pub(crate) content_type: Option<String>,
    pub(crate) merge: Option<Value>,
    /// How many calls it applies to; all when absent.
    pub(crate) times: Option<usize>,
    pub(crate) delay_ms: Option<u64>,
}

impl Override {
    fn wants(&self, call: &Call) -> bool {
        call.is(&self.service, &self.operation) && self.contains.as_ref().is_none_or(|text| call.text().contains(text))
    }

    /// Whether moto is not asked at all.
    fn answers(&self) -> bool {
        self.denied || self.error.is_some() || self.body.is_some()
    }

    fn in_place_of_moto(&self, call: &Call) -> Option<Answer> {
        if self.denied {
            let (code, status) = call.denial();
            let message = format!("User: {ROLE} is not authorized to perform: {}", call.name());
            return Some(WireError::new(code, status, &message).answer(call));
        }
        if let Some(error) = &self.error {
            return Some(error.answer(call));
        }
        let body = match self.body.as_ref()? {
            Value::String(text) => text.clone(),
            json => json.to_string(),
        };
        let content_type = self.content_type.as_deref().unwrap_or("application/json");
        Some(Answer::built(self.status.unwrap_or(200), content_type, body))
    }

    /// Whether it changed anything: an edit that finds nothing to edit is a mistake in a test.
    fn edit(&self, answer: &mut Answer) -> bool {
        let before: (u16, Bytes) = (answer.status, answer.body.clone());
        if let Some(status) = self.status.filter(|status| *status != answer.status) {
            answer.status = status;
            answer.constructed = true;
        }
        if !self.replace.is_empty() {
            let text = self.replace.iter().fold(answer.text(), |text, [from, to]| text.replace(from, to));
            answer.rewrite(text);
        }
        if let Some(patch) = &self.merge {
            answer.edit(|body| merge(body, patch));
        }
        (answer.status, answer.body.clone()) != before
    }
}

const ROLE: &str = "arn:aws:sts::000000000000:assumed-role/scanner/gatelint";

#[derive(Default)]
pub(crate) struct Overrides(Mutex<Vec<Entry>>);

struct Entry {
    rule: Override,
    left: Option<usize>,
    applied: usize,
}

/// The overrides that one call has drawn.
pub(crate) struct Drawn(Vec<(usize, Override)>);

impl Overrides {
    pub(crate) fn add(&self, rule: Override) {
        let left = rule.times;
        self.lock().push(Entry { rule, left, applied: 0 });
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// Those that never changed an answer.
    pub(crate) fn unused(&self) -> Vec<Override> {
        let entries = self.lock();
        entries.iter().filter(|entry| entry.applied == 0).map(|entry| entry.rule.clone()).collect()
    }

    pub(crate) fn draw(&self, call: &Call) -> Drawn {
        let mut entries = self.lock();
        let mut drawn = Vec::new();
        for (at, entry) in entries.iter_mut().enumerate() {
            if entry.left == Some(0) || !entry.rule.wants(call) {
                continue;
            }
            entry.left = entry.left.map(|left| left - 1);
            drawn.push((at, entry.rule.clone()));
            // What comes after an answer in moto's place would be spent on nothing.
            if entry.rule.answers() {
                break;
            }
        }
        Drawn(drawn)
    }

    pub(crate) fn in_place_of_moto(&self, drawn: &Drawn, call: &Call) -> Option<Answer> {
        let (at, answer) = drawn.0.iter().find_map(|(at, rule)| Some((*at, rule.in_place_of_moto(call)?)))?;
        self.note(at);
        Some(answer)
    }

    pub(crate) fn edit(&self, drawn: &Drawn, answer: &mut Answer) {
        for (at, rule) in &drawn.0 {
            let edits = !rule.replace.is_empty() || rule.merge.is_some() || rule.status.is_some();
            if rule.edit(answer) || (!edits && rule.delay_ms.is_some()) {
                self.note(*at);
            }
        }
    }

    fn note(&self, at: usize) {
        // Overrides may have been cleared while the call was under way.
        if let Some(entry) = self.lock().get_mut(at) {
            entry.applied += 1;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Entry>> {
        self.0.lock().expect("the overrides are poisoned")
    }
}

impl Drawn {
    pub(crate) fn delay(&self) -> Duration {
        Duration::from_millis(self.0.iter().filter_map(|(_, rule)| rule.delay_ms).sum())
    }
}

/// RFC 7396: objects merge, `null` removes, everything else replaces.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let fields = target.as_object_mut().expect("just made an object");
    for (name, value) in patch {
        if value.is_null() {
            fields.remove(name);
        } else {
            merge(fields.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}
