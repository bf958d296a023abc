use crate::bed::Bed;
#[test]
fn t() {
    let _ = Bed::new();
}
