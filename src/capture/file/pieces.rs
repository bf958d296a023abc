//! Cutting a file into the texts of its records, one in memory at a time.

use super::detect::GZIP;
use super::error::{CaptureError, Fault};
use super::record::Wrong;
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufRead, BufReader, Read};

/// One API with tens of thousands of methods stays far below this; a bomb does not.
const LONGEST: u64 = 256 << 20;

const BOM: &[u8] = "\u{feff}".as_bytes();

/// The records of a file, as text.
pub(super) struct Pieces {
    file: String,
    from: Box<dyn BufRead>,
    form: Form,
    limit: u64,
    text: Vec<u8>,
    /// Where the text begins.
    line: u64,
    column: u64,
    /// Where reading goes on.
    at: (u64, u64),
    ended: bool,
    /// The line at hand has its end.
    closed: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// A record on every line.
    Lines,
    /// Objects with white space between them.
    Objects,
    /// The same in brackets, with commas: before the first, and after it.
    Array { begun: bool },
}

impl Pieces {
    /// JSON Lines or one array, gzipped or not; the first bytes tell, not the name.
    pub(super) fn of_file(file: String, from: impl Read + 'static) -> Result<Self, CaptureError> {
        let (head, from) = peeked(from).map_err(|error| CaptureError::of_file(&file, Fault::io(&error)))?;
        let from: Box<dyn BufRead> = match head.starts_with(&GZIP) {
            true => Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(from))),
            false => Box::new(from),
        };
        Self::begin(file, from, Form::Lines, LONGEST)
    }

    /// Text in memory, where a record may stand on several lines.
    pub(super) fn of_text(text: &str) -> Result<Self, CaptureError> {
        let from = Box::new(io::Cursor::new(text.as_bytes().to_vec()));
        Self::begin(String::new(), from, Form::Objects, LONGEST)
    }

    #[cfg(test)]
    pub(super) fn limited(text: &'static str, limit: u64) -> Result<Self, CaptureError> {
        Self::begin("limited".into(), Box::new(text.as_bytes()), Form::Lines, limit)
    }

    fn begin(file: String, from: Box<dyn BufRead>, form: Form, limit: u64) -> Result<Self, CaptureError> {
        let mut pieces = Pieces {
            file,
            from,
            form,
            limit,
            text: Vec::new(),
            line: 0,
            column: 0,
            at: (1, 1),
            ended: false,
            closed: true,
        };
        pieces.form = pieces.bracket().map_err(|fault| pieces.here(fault))?.unwrap_or(form);
        Ok(pieces)
    }

    /// Passes a byte order mark and the bracket that begins an array.
    fn bracket(&mut self) -> Result<Option<Form>, Fault> {
        if self.from.fill_buf().map_err(|error| Fault::io(&error))?.starts_with(BOM) {
            self.from.consume(BOM.len());
        }
        let array = self.beyond_space()? == Some(b'[');
        if array {
            self.pass(1);
        }
        Ok(array.then_some(Form::Array { begun: false }))
    }

    /// Brings the next record's text in; false at the end of the file.
    pub(super) fn advance(&mut self) -> Result<bool, CaptureError> {
        if self.ended {
            return Ok(false);
        }
        self.text.clear();
        let more = match self.form {
            Form::Lines => self.next_line(),
            Form::Objects | Form::Array { .. } => self.next_object(),
        };
        self.ended = !matches!(more, Ok(true));
        if more == Ok(true) && std::str::from_utf8(&self.text).is_err() {
            return Err(self.within(Wrong::from(Fault::Encoding)));
        }
        more.map_err(|fault| self.here(fault))
    }

    /// The record that is at hand.
    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.text).unwrap_or_default()
    }

    /// What is wrong inside the record that is at hand.
    pub(super) fn within(&self, wrong: Wrong) -> CaptureError {
        let (line, column) = match wrong.line {
            0 | 1 if wrong.column == 0 => (self.line, if self.column > 1 { self.column } else { 0 }),
            0 | 1 => (self.line, self.column + wrong.column - 1),
            line => (self.line + line - 1, wrong.column),
        };
        // What lacks its end on the last line was cut off; on another it is only wrong.
        let cut = wrong.cut && !self.closed;
        let fault = if cut { Fault::Cut } else { wrong.fault };
        CaptureError { file: self.file.clone(), line, column, fault }
    }

    /// What is wrong with the file, at the place that was reached.
    pub(super) fn here(&self, fault: Fault) -> CaptureError {
        CaptureError { file: self.file.clone(), line: self.at.0, column: self.at.1, fault }
    }

    /// What is wrong with the file as a whole.
    pub(super) fn whole(&self, fault: Fault) -> CaptureError {
        CaptureError::of_file(&self.file, fault)
    }

    fn next_line(&mut self) -> Result<bool, Fault> {
        loop {
            self.text.clear();
            (self.line, self.column) = (self.at.0, self.at.1);
            let read = (&mut self.from).take(self.limit + 1).read_until(b'\n', &mut self.text);
            match read.map_err(|error| Fault::io(&error))? as u64 {
                0 => return Ok(false),
                length if length > self.limit => return Err(Fault::TooLong { limit: self.limit }),
                _ => self.at = (self.at.0 + 1, 1),
            }
            self.closed = self.text.pop_if(|byte| *byte == b'\n').is_some();
            if !self.text.trim_ascii().is_empty() {
                return Ok(true);
            }
        }
    }

    fn next_object(&mut self) -> Result<bool, Fault> {
        let mut next = self.beyond_space()?;
        if let Form::Array { begun } = self.form {
            match next {
                None => return Err(Fault::Cut),
                Some(b']') => {
                    self.pass(1);
                    return match self.beyond_space()? {
                        None => Ok(false),
                        Some(_) => Err(Fault::Expected("nothing after the array's end")),
                    };
                }
                Some(b',') if begun => {
                    self.pass(1);
                    next = self.beyond_space()?;
                }
                Some(_) if begun => return Err(Fault::Expected("a comma, or the array's end")),
                Some(_) => self.form = Form::Array { begun: true },
            }
        }
        (self.line, self.column) = self.at;
        match next {
            Some(b'{') => self.copy_object().map(|()| true),
            None if self.form == Form::Objects => Ok(false),
            None => Err(Fault::Cut),
            Some(_) => Err(Fault::NotARecord),
        }
    }

    /// Copies to the brace that closes the object; whether it is JSON is not decided here.
    fn copy_object(&mut self) -> Result<(), Fault> {
        let (mut depth, mut quoted, mut escaped) = (0_u64, false, false);
        loop {
            let bytes = self.from.fill_buf().map_err(|error| Fault::io(&error))?;
            if bytes.is_empty() {
                return Err(Fault::Cut);
            }
            let end = bytes.iter().position(|byte| {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = quoted,
                    b'"' => quoted = !quoted,
                    b'{' if !quoted => depth += 1,
                    b'}' if !quoted => depth -= 1,
                    _ => {}
                }
                depth == 0
            });
            let length = end.map_or(bytes.len(), |at| at + 1);
            self.text.extend_from_slice(&bytes[..length]);
            self.pass(length);
            if self.text.len() as u64 > self.limit {
                return Err(Fault::TooLong { limit: self.limit });
            }
            if end.is_some() {
                return Ok(());
            }
        }
    }

    /// Passes white space; the byte after it, if there is one.
    fn beyond_space(&mut self) -> Result<Option<u8>, Fault> {
        loop {
            let bytes = self.from.fill_buf().map_err(|error| Fault::io(&error))?;
            if bytes.is_empty() {
                return Ok(None);
            }
            let blank = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let next = bytes.get(blank).copied();
            self.pass(blank);
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    fn pass(&mut self, length: usize) {
        // The bytes are those that `fill_buf` has just shown: they are there still.
        if let Ok(bytes) = self.from.fill_buf() {
            for byte in bytes.iter().take(length) {
                self.at = if *byte == b'\n' { (self.at.0 + 1, 1) } else { (self.at.0, self.at.1 + 1) };
            }
        }
        self.from.consume(length);
    }
}

/// The first bytes, and all of it again: as many as a byte order mark has.
fn peeked(mut from: impl Read + 'static) -> io::Result<(Vec<u8>, impl BufRead + 'static)> {
    let mut head = Vec::new();
    (&mut from).take(BOM.len() as u64).read_to_end(&mut head)?;
    let whole = io::Cursor::new(head.clone()).chain(from);
    Ok((head, BufReader::with_capacity(1 << 16, whole)))
}

impl CaptureError {
    pub(super) fn of_file(file: &str, fault: Fault) -> Self {
        CaptureError { file: file.to_owned(), line: 0, column: 0, fault }
    }
}
