use super::generate::capture;
use super::*;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_again(whole in capture()) {
        let bytes = whole.bytes();
        let read = Whole::of(from(&bytes).expect("readable"));
        prop_assert_eq!(&read, &whole);
        prop_assert_eq!(read.bytes(), bytes);
    }

    #[test]
    fn no_gap_stands_among_the_facts(whole in capture()) {
        let text = String::from_utf8(whole.bytes()).unwrap();
        prop_assert!(!text.contains("\"$gap\":{"), "{text}");
    }

    #[test]
    fn cut_anywhere_it_is_an_error(whole in capture(), at in any::<prop::sample::Index>()) {
        let bytes = whole.bytes();
        let cut = at.index(bytes.len() - 1);
        // Only the last line's own end may be lost.
        let all_told = from(&bytes[..cut]).and_then(|capture| match capture.units.filter_map(Result::err).next() {
            None => Ok(()),
            Some(error) => Err(error.downcast().unwrap()),
        });
        prop_assert!(all_told.is_err(), "cut at {cut}");
        let zipped = zipped(&bytes);
        let cut = at.index(zipped.len() - 1);
        let all_told = from(&zipped[..cut]).is_ok_and(|mut capture| capture.units.all(|unit| unit.is_ok()));
        prop_assert!(!all_told, "zipped, cut at {cut}");
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[\\[\\]{}\",:a-z0-9\\\\ \n]{0,60}") {
        for bytes in [&bytes[..], text.as_bytes()] {
            let _ = is_capture(bytes);
            let _ = from(bytes).map(|capture| capture.units.count());
        }
        let _ = fragment(&text).map(|capture| capture.units.count());
    }
}

#[test]
fn the_documented_form_is_canonical() {
    let whole = Whole::of(from(SMALL).expect("readable"));
    assert_eq!(String::from_utf8(whole.bytes()).unwrap(), SMALL);
}

#[test]
fn the_order_of_what_is_shared_does_not_matter() {
    let mut whole = Whole::of(from(SMALL).expect("readable"));
    let mut other = whole.shared.functions[0].clone();
    other.facts.function_arn = "arn:aws:lambda:eu-west-1:111122223333:function:a".into();
    whole.shared.functions.push(other);
    let bytes = whole.bytes();
    whole.shared.functions.reverse();
    assert_eq!(whole.bytes(), bytes);
}

#[test]
fn an_api_that_is_not_in_the_directory_is_not_written() {
    let mut whole = Whole::of(from(SMALL).expect("readable"));
    let gone = whole.directory.pop();
    assert!(write(whole.capture(), &mut Vec::new()).is_err());
    whole.directory.extend(gone);
    whole.units.pop();
    assert!(write(whole.capture(), &mut Vec::new()).is_err());
}

/// A writer that can be looked into.
#[derive(Clone, Default)]
struct Shown(std::rc::Rc<std::cell::RefCell<Vec<u8>>>);

impl std::io::Write for Shown {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_capture_is_written_while_it_is_judged() {
    let to = Shown::default();
    let judged = Whole::of(tee(from(SMALL).expect("readable"), to.clone()).expect("begun"));
    assert_eq!(judged, Whole::of(from(SMALL).expect("readable")));
    assert_eq!(String::from_utf8(to.0.take()).unwrap(), SMALL);
}
