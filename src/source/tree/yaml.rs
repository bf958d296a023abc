//! YAML, from the parser's events.
//!
//! CloudFormation itself refuses aliases; `aws cloudformation package`, SAM and the Serverless Framework write them out
//! before it sees them, and merge `<<`. So do we: a copy keeps the place of what it copies.

use super::build::{Broken, Builder, Grown, distinct};
use super::error::Fault;
use super::syntax;
use super::tag::Tagged;
use super::{DEEPEST, Document, Is, Member, Node, Span};
use crate::model::Str;
use granit_parser::{Event, Parser, ScalarStyle, Tag};
use std::collections::BTreeMap;
use std::ops::Range;

/// `text` begins at the byte `base` of the file.
pub(super) fn read(file: u32, text: &str, base: u32) -> Result<Document, Broken> {
    let options = granit_parser::options! {
        // A line of comments is no reason to refuse a file.
        max_buffered_comment_events: usize::MAX,
        // Above our own limit, which can name the place.
        flow_nesting_limit: 2 * DEEPEST,
        block_nesting_limit: 2 * DEEPEST,
    };
    let mut reader = Reader {
        text,
        file,
        base,
        tree: Builder::new(),
        anchors: BTreeMap::new(),
        comments: Vec::new(),
        root: None,
        seen: 0,
    };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| syntax::of(&error, text, &|from, to| reader.span(from, to)))?;
        reader.event(event, span)?;
    }
    let nothing = Node { at: reader.span(0, 0), is: Is::Null };
    Ok(Document { root: reader.root.unwrap_or(nothing), comments: reader.comments })
}

struct Reader<'a> {
    text: &'a str,
    file: u32,
    base: u32,
    tree: Builder<Note>,
    /// What each anchor stands for, once it is read to its end.
    anchors: BTreeMap<usize, Option<Grown>>,
    comments: Vec<(Span, Str)>,
    root: Option<Node>,
    /// Where the last event that is no comment ended, in the text.
    seen: usize,
}

/// What an open list or object still has to become.
struct Note {
    tag: Option<Tagged>,
    anchor: usize,
    /// The place of a key `<<` without quotes.
    merge: Option<Span>,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, span: granit_parser::Span) -> Result<(), Broken> {
        let range = span.byte_range().unwrap_or_default();
        let at = self.span(range.start, range.end);
        let is_comment = matches!(event, Event::Comment(..));
        let tag_at = span.tag_span().and_then(|tag| tag.byte_range()).unwrap_or(range.clone());
        let tag_at = self.span(tag_at.start, tag_at.end);
        match event {
            Event::Comment(text, _) => self.comments.push((at, text.as_ref().into())),
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(&text, style, anchor, tagged(tag.as_deref(), tag_at)?, at)?;
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.open(self.first_dash(at), Is::List(Vec::new()), anchor, tagged(tag.as_deref(), tag_at)?)?;
            }
            Event::MappingStart(_, anchor, tag) => {
                self.open(at, Is::Map(Vec::new()), anchor, tagged(tag.as_deref(), tag_at)?)?;
            }
            // A bracket that closes has a width; a block ends with its last value.
            Event::SequenceEnd | Event::MappingEnd => self.close((at.start < at.end).then_some(at.end))?,
            Event::Alias(anchor) => self.alias(anchor, at)?,
            _ => {}
        }
        if !is_comment {
            self.seen = self.seen.max(range.end);
        }
        Ok(())
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<Tagged>,
        at: Span,
    ) -> Result<(), Broken> {
        let plain = style == ScalarStyle::Plain;
        let at = if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) { self.block(at, &tag) } else { at };
        if self.tree.wants_key() {
            let is_text =
                tag.as_ref().map_or(Ok(true), |tag| tag.scalar(text, plain).map(|is| matches!(is, Is::Text(_))));
            if at.start == at.end || tag.as_ref().is_some_and(Tagged::is_function) || !is_text? {
                return Err((Fault::Key, vec![at]));
            }
            if plain && text == "<<" && tag.is_none() {
                self.tree.note().into_iter().for_each(|note| note.merge = Some(at));
            }
            self.keep(anchor, &Grown::leaf(at, Is::Text(text.into())))?;
            self.tree.set_key(text.into(), at);
            return Ok(());
        }
        let is = match &tag {
            Some(tag) => tag.scalar(text, plain)?,
            None if plain => super::scalar::typed(text),
            None => Is::Text(text.into()),
        };
        // What is not written is shown where it is missed.
        let missing = if at.start == at.end { tag.as_ref().map(Tagged::at).or(self.tree.key()) } else { None };
        self.finish(Grown::leaf(missing.unwrap_or(at), is), anchor, tag)
    }

    fn open(&mut self, at: Span, is: Is, anchor: usize, tag: Option<Tagged>) -> Result<(), Broken> {
        if self.tree.wants_key() {
            return Err((Fault::Key, vec![at]));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, None);
        }
        self.tree.open(at, is, Note { tag, anchor, merge: None })
    }

    fn close(&mut self, end: Option<u32>) -> Result<(), Broken> {
        let Some((mut grown, note)) = self.tree.close(end) else { return Ok(()) };
        if let Is::Map(members) = &mut grown.node.is {
            distinct(members)?;
            if let Some(key_at) = note.merge {
                merge(members, key_at)?;
            }
        }
        self.finish(grown, note.anchor, note.tag)
    }

    fn alias(&mut self, anchor: usize, at: Span) -> Result<(), Broken> {
        let Some(Some(grown)) = self.anchors.get(&anchor) else {
            let begun = self.tree.notes().find(|(note, _)| note.anchor == anchor).map(|(_, start)| start);
            return Err((Fault::Endless, [at].into_iter().chain(begun).collect()));
        };
        if self.tree.wants_key() {
            return match grown.node.is.clone() {
                Is::Text(key) | Is::Number(key) => {
                    self.tree.set_key(key, at);
                    Ok(())
                }
                _ => Err((Fault::Key, vec![at])),
            };
        }
        self.tree.spend(at, grown.count)?;
        let grown = grown.clone();
        self.put(grown)
    }

    fn finish(&mut self, grown: Grown, anchor: usize, tag: Option<Tagged>) -> Result<(), Broken> {
        let grown = match tag {
            Some(tag) => tag.wrap(grown)?,
            None => grown,
        };
        self.keep(anchor, &grown)?;
        self.put(grown)
    }

    fn keep(&mut self, anchor: usize, grown: &Grown) -> Result<(), Broken> {
        if anchor > 0 {
            self.tree.spend(grown.node.at, grown.count)?;
            self.anchors.insert(anchor, Some(grown.clone()));
        }
        Ok(())
    }

    fn put(&mut self, grown: Grown) -> Result<(), Broken> {
        let Some(root) = self.tree.put(grown)? else { return Ok(()) };
        match &self.root {
            Some(first) if first.is != Is::Null && root.node.is != Is::Null => {
                Err((Fault::SecondDocument, vec![self.first_of(root.node.at), self.first_of(first.at)]))
            }
            Some(first) if first.is != Is::Null => Ok(()),
            _ => {
                self.root = Some(root.node);
                Ok(())
            }
        }
    }

    /// A document is a page: its first character is place enough.
    fn first_of(&self, at: Span) -> Span {
        let first = self.text.get(self.in_text(at.start)..).and_then(|rest| rest.chars().next());
        Span { end: at.start + first.map_or(0, |c| c.len_utf8() as u32), ..at }
    }

    /// The parser gives the content of a block scalar: with its indicator, and without the line breaks at its end.
    fn block(&self, at: Span, tag: &Option<Tagged>) -> Span {
        let (from, to) = (self.in_text(at.start), self.in_text(at.end));
        let after = self.seen.max(tag.as_ref().map_or(0, |tag| self.in_text(tag.at().end)));
        let start = self.indicator(after..from, &['|', '>']).unwrap_or(from);
        let written = self.text.get(from..to).map_or(0, |text| text.trim_end().len());
        self.span(start, if written > 0 { from + written } else { start + 1 })
    }

    /// A list whose dashes are no further in than the key above begins, for the parser, behind its first dash.
    fn first_dash(&self, at: Span) -> Span {
        let from = self.in_text(at.start);
        match self.text.get(from..).is_some_and(|rest| rest.starts_with(['-', '['])) {
            true => at,
            false => self.indicator(self.seen..from, &['-']).map_or(at, |dash| self.span(dash, dash)),
        }
    }

    /// The first of `signs` that stands behind a space and in no comment; an anchor's name has no spaces.
    fn indicator(&self, range: Range<usize>, signs: &[char]) -> Option<usize> {
        let comments = self.comments.iter().rev().map(|(comment, _)| comment);
        let comments: Vec<&Span> = comments.take_while(|comment| self.in_text(comment.end) > range.start).collect();
        let found = self.text.get(range.clone())?.match_indices(signs).map(|(at, _)| range.start + at);
        let stands_alone =
            |at: usize| self.text.get(..at).is_some_and(|text| !text.ends_with(|c: char| !c.is_whitespace()));
        let in_comment =
            |at: usize| comments.iter().any(|it| self.in_text(it.start) <= at && at < self.in_text(it.end));
        found.into_iter().find(|at| stands_alone(*at) && !in_comment(*at))
    }

    fn in_text(&self, offset: u32) -> usize {
        offset.saturating_sub(self.base) as usize
    }

    /// A file is smaller than `LARGEST`: its offsets fit.
    fn span(&self, from: usize, to: usize) -> Span {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX).saturating_add(self.base);
        Span { file: self.file, start: offset(from), end: offset(to) }
    }
}

fn tagged(tag: Option<&Tag>, at: Span) -> Result<Option<Tagged>, Broken> {
    tag.map(|tag| Tagged::read(tag, at)).transpose()
}

/// The members of what `<<` names, before the object's own and beside them; of a list the first that has a key counts.
fn merge(members: &mut Vec<Member>, key_at: Span) -> Result<(), Broken> {
    let Some(place) = members.iter().position(|member| member.key_at == key_at) else { return Ok(()) };
    let merged = members.remove(place);
    let wrong = || (Fault::Merge, vec![key_at]);
    let sources = match merged.value.is {
        Is::Map(defaults) => vec![defaults],
        Is::List(items) => {
            let maps = items.into_iter().map(|item| match item.is {
                Is::Map(defaults) => Some(defaults),
                _ => None,
            });
            maps.collect::<Option<Vec<_>>>().ok_or_else(wrong)?
        }
        _ => return Err(wrong()),
    };
    let mut known: std::collections::BTreeSet<Str> = members.iter().map(|member| member.key.clone()).collect();
    let defaults = sources.into_iter().flatten().filter(|member| known.insert(member.key.clone())).collect();
    let own = std::mem::replace(members, defaults);
    members.extend(own);
    Ok(())
}
