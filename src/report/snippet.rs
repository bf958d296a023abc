//! The text around what a report underlines: a resource's JSON, a text within it, or the
//! lines of a file.

use super::place::{Positions, line_of};
use super::{harmless, plain, span};
use crate::model::excerpt::{excerpt, first_line};
use crate::model::{Origin, Place};
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Lines shown before and behind a place.
pub(super) const CONTEXT: usize = 2;

/// One source, shown in pieces: a file of thousands of lines is not copied for each finding.
#[derive(Debug)]
pub(super) struct Snippet {
    name: String,
    pieces: Vec<Piece>,
    /// The column in the file of what begins at a byte of the snippet, from 0, in characters.
    columns: BTreeMap<usize, usize>,
}

#[derive(Debug)]
struct Piece {
    /// Where it begins in the snippet, in bytes.
    start: usize,
    /// Which line of the source it begins with, from 0.
    line: usize,
    text: String,
}

/// Do these places stand in one source? A text within the JSON is a source of its own.
pub(super) fn same_source(a: &Place, b: &Place) -> bool {
    match (&a.origin, &b.origin) {
        (Some(a), Some(b)) => Arc::ptr_eq(&a.file, &b.file),
        (None, None) => {
            let text = |place: &Place| place.within.is_some().then(|| place.pointer.clone());
            a.same_document(b) && text(a) == text(b)
        }
        _ => false,
    }
}

impl Snippet {
    /// What to show for places of one source, and where each of them is in it.
    pub(super) fn of(places: &[&Place], positions: &Positions) -> (Snippet, Vec<Range<usize>>) {
        let origins: Vec<Origin> = places.iter().filter_map(|place| place.written()).collect();
        if let Some(first) = origins.first() {
            return Snippet::of_file(first, &origins, positions);
        }
        let Some(first) = places.first() else { return (Snippet::whole(String::new(), String::new()), Vec::new()) };
        let within: Vec<_> = places.iter().filter_map(|place| place.within.clone()).collect();
        if !within.is_empty() {
            let (text, spans) = excerpt(&first.whole(), &within, &[]);
            let name = format!("{} {}", first.resource, first.pointer.replace("~1", "/").replace("~0", "~"));
            return (Snippet::whole(plain(&name), text), spans);
        }
        let document = harmless(&first.document());
        let spans = places.iter().map(|place| span::of(&document, &place.pointer)).collect();
        (Snippet::whole(plain(&first.resource), document), spans)
    }

    fn whole(name: String, text: String) -> Snippet {
        Snippet { name, pieces: vec![Piece { start: 0, line: 0, text }], columns: BTreeMap::new() }
    }

    fn of_file(first: &Origin, origins: &[Origin], positions: &Positions) -> (Snippet, Vec<Range<usize>>) {
        let lines = &*positions.lines(first);
        let text = &*first.file.text;
        let begin = |line: usize| lines.get(line).copied().unwrap_or(text.len());
        let places: Vec<Range<usize>> = origins.iter().map(|origin| first_line(text, &origin.at)).collect();
        let mut windows: Vec<Range<usize>> = Vec::new();
        let mut guilty: Vec<usize> = places.iter().map(|place| line_of(lines, place.start)).collect();
        guilty.sort_unstable();
        for line in guilty {
            let (from, to) = (line.saturating_sub(CONTEXT), line + CONTEXT + 1);
            match windows.last_mut() {
                Some(last) if from <= last.end => last.end = to,
                _ => windows.push(from..to),
            }
        }
        let (mut pieces, mut spans, mut start) = (Vec::new(), vec![0..0; places.len()], 0);
        for window in windows {
            let bytes = begin(window.start)..begin(window.end);
            let within = |place: &Range<usize>| window.contains(&line_of(lines, place.start));
            let here: Vec<_> = places.iter().enumerate().filter(|(_, place)| within(place)).collect();
            let local: Vec<_> =
                here.iter().map(|(_, it)| it.start - bytes.start..it.end.max(it.start) - bytes.start).collect();
            let (text, found) =
                excerpt(text.get(bytes.clone()).unwrap_or_default(), &local, &first.file.secrets(&bytes));
            for ((index, _), found) in here.iter().zip(found) {
                if let Some(span) = spans.get_mut(*index) {
                    *span = start + found.start..start + found.end;
                }
            }
            let next = start + text.len() + 1;
            pieces.push(Piece { start, line: window.start, text });
            start = next;
        }
        let columns = spans.iter().zip(origins).map(|(span, origin)| (span.start, positions.of(origin).column - 1));
        let columns = columns.collect();
        (Snippet { name: plain(&first.file.name), pieces, columns }, spans)
    }
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let piece = self.pieces.iter().rfind(|piece| piece.start <= span.offset()).ok_or(MietteError::OutOfBounds)?;
        let local = SourceSpan::new((span.offset() - piece.start).into(), span.len());
        let found = piece.text.read_span(&local, before, after)?;
        let span = SourceSpan::new((found.span().offset() + piece.start).into(), found.span().len());
        let line = found.line() + piece.line;
        // Asked for the place itself, not for the lines around it.
        let column = match self.columns.get(&span.offset()) {
            Some(column) if before == 0 => *column,
            _ => found.column(),
        };
        let contents =
            MietteSpanContents::new_named(self.name.clone(), found.data(), span, line, column, found.line_count());
        Ok(Box::new(contents))
    }
}
