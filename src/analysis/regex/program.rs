//! Matching: all states in step with the text, never back.

use super::set::Set;
use super::tree::{Assert, Kind, Node};

/// Beyond this many states and parts of their sets nobody has written a pattern on purpose.
const LARGEST: usize = 1 << 14;

/// Beyond this product of those and characters the answer is not worth its time.
const LONGEST: usize = 1 << 19;

#[derive(Debug, Clone)]
pub(super) struct Program {
    steps: Vec<Step>,
    /// What a character may cost.
    weight: usize,
}

#[derive(Debug, Clone)]
enum Step {
    /// Takes a character.
    Set(Set),
    /// Goes on where this holds.
    Assert(Assert),
    Jump(usize),
    /// Goes on in both places.
    Fork(usize, usize),
}

/// How to read what is not known.
#[derive(Clone, Copy, PartialEq)]
enum Care {
    /// It never holds: what matches is sure to match.
    Strict,
    /// It always holds: what does not match is sure not to match.
    Loose,
}

impl Program {
    /// `None` if it would be too large.
    pub(super) fn new(node: &Node) -> Option<Program> {
        let mut program = Program { steps: Vec::new(), weight: 1 };
        program.add(node)?;
        Some(program)
    }

    fn push(&mut self, step: Step) -> Option<usize> {
        self.weight += if let Step::Set(set) = &step { set.size() } else { 1 };
        self.steps.push(step);
        (self.weight <= LARGEST).then(|| self.steps.len() - 1)
    }

    fn add(&mut self, node: &Node) -> Option<()> {
        match node {
            Node::Set(set) => self.push(Step::Set(set.clone())).map(drop),
            Node::Assert(assert) => self.push(Step::Assert(*assert)).map(drop),
            Node::All(nodes) => nodes.iter().try_for_each(|node| self.add(node)),
            Node::Any(nodes) => self.choice(nodes),
            Node::AtMost(node) => {
                self.unknown()?;
                self.add(node)
            }
            Node::Look => self.unknown(),
            Node::Reference => {
                self.unknown()?;
                self.endless(|program| program.anything())
            }
            Node::Cluster => {
                self.unknown()?;
                self.anything()?;
                self.endless(|program| program.anything())
            }
            Node::Repeat { node, min, max, kind } => {
                // Java leaves a loop after an empty turn, however many are still wanted. That
                // counts where a place decides whether a turn can be empty.
                let cut_short = *min > 1
                    && node.may_be_empty()
                    && node.has(|part| matches!(part, Node::Assert(_) | Node::Look | Node::Reference));
                if *kind == Kind::Possessive || cut_short {
                    self.unknown()?;
                }
                self.repeat(node, *min, *max)
            }
        }
    }

    fn unknown(&mut self) -> Option<()> {
        self.push(Step::Assert(Assert::Unknown)).map(drop)
    }

    fn anything(&mut self) -> Option<()> {
        self.push(Step::Set(Set::any_of(&[]).negate(true))).map(drop)
    }

    fn choice(&mut self, nodes: &[Node]) -> Option<()> {
        let mut exits = Vec::new();
        for (i, node) in nodes.iter().enumerate() {
            if i + 1 == nodes.len() {
                self.add(node)?;
            } else {
                let fork = self.push(Step::Fork(0, 0))?;
                self.add(node)?;
                exits.push(self.push(Step::Jump(0))?);
                self.set(fork, Step::Fork(fork + 1, self.steps.len()));
            }
        }
        let end = self.steps.len();
        exits.into_iter().for_each(|exit| self.set(exit, Step::Jump(end)));
        Some(())
    }

    fn set(&mut self, at: usize, step: Step) {
        if let Some(place) = self.steps.get_mut(at) {
            *place = step;
        }
    }

    fn repeat(&mut self, node: &Node, min: u32, max: Option<u32>) -> Option<()> {
        let before = self.steps.len();
        for _ in 0..min {
            self.add(node)?;
            // Repeating what takes no step changes nothing.
            if self.steps.len() == before {
                return Some(());
            }
        }
        match max {
            None => self.endless(|program| program.add(node)),
            Some(max) => {
                let mut forks = Vec::new();
                for _ in min..max {
                    let fork = self.push(Step::Fork(0, 0))?;
                    self.add(node)?;
                    if self.steps.len() == fork + 1 {
                        self.steps.pop();
                        break;
                    }
                    forks.push(fork);
                }
                let end = self.steps.len();
                forks.into_iter().for_each(|fork| self.set(fork, Step::Fork(fork + 1, end)));
                Some(())
            }
        }
    }

    fn endless(&mut self, add: impl FnOnce(&mut Program) -> Option<()>) -> Option<()> {
        let fork = self.push(Step::Fork(0, 0))?;
        add(self)?;
        self.push(Step::Jump(fork))?;
        self.set(fork, Step::Fork(fork + 1, self.steps.len()));
        Some(())
    }

    /// Does it match the whole text? The inner `None` says that it depends on what is not
    /// known, the outer that the text is too long.
    pub(super) fn matches(&self, text: &str) -> Option<Option<bool>> {
        let text: Vec<char> = text.chars().collect();
        if self.weight.saturating_mul(text.len()) > LONGEST {
            return None;
        }
        // What does not match even so needs no second look.
        let may = self.run(&text, Care::Loose);
        Some(if may { self.run(&text, Care::Strict).then_some(true) } else { Some(false) })
    }

    fn run(&self, text: &[char], care: Care) -> bool {
        let mut now = self.follow([0], text, 0, care);
        for (i, c) in text.iter().enumerate() {
            let taken = now.iter().filter(|at| match self.steps.get(**at) {
                Some(Step::Set(set)) => set.has(*c).unwrap_or(care == Care::Loose),
                _ => false,
            });
            let next: Vec<usize> = taken.map(|at| at + 1).collect();
            now = self.follow(next, text, i + 1, care);
            if now.is_empty() {
                return false;
            }
        }
        now.contains(&self.steps.len())
    }

    /// All states that these reach without taking a character; the end is one.
    fn follow(&self, from: impl IntoIterator<Item = usize>, text: &[char], i: usize, care: Care) -> Vec<usize> {
        let (mut seen, mut found) = (vec![false; self.steps.len() + 1], Vec::new());
        let mut open: Vec<usize> = from.into_iter().collect();
        while let Some(at) = open.pop() {
            let Some(seen) = seen.get_mut(at).filter(|seen| !**seen) else { continue };
            *seen = true;
            match self.steps.get(at) {
                None | Some(Step::Set(_)) => found.push(at),
                Some(Step::Jump(to)) => open.push(*to),
                Some(Step::Fork(a, b)) => open.extend([*a, *b]),
                Some(Step::Assert(assert)) => {
                    if holds(*assert, text, i).unwrap_or(care == Care::Loose) {
                        open.push(at + 1);
                    }
                }
            }
        }
        found
    }
}

fn holds(assert: Assert, text: &[char], i: usize) -> Option<bool> {
    let before = i.checked_sub(1).and_then(|i| text.get(i)).copied();
    let (rest, after) = (text.get(i..).unwrap_or_default(), text.get(i).copied());
    let breaks = |c: char, unix: bool| c == '\n' || (!unix && "\r\u{85}\u{2028}\u{2029}".contains(c));
    let within_pair = |unix: bool| !unix && before == Some('\r') && after == Some('\n');
    Some(match assert {
        Assert::Start => i == 0,
        Assert::End => rest.is_empty(),
        Assert::LastLine { unix } => match rest {
            [] => true,
            ['\r', '\n'] => !unix,
            [c] => breaks(*c, unix) && !within_pair(unix),
            _ => false,
        },
        Assert::LineEnd { unix } => after.is_none_or(|c| breaks(c, unix)) && !within_pair(unix),
        // Java sees no line at the end of the text, not even in an empty one.
        Assert::LineStart { unix } => after.is_some() && before.is_none_or(|c| breaks(c, unix)) && !within_pair(unix),
        Assert::Boundary { inside } => {
            let word = |c: Option<char>| match c {
                None => Some(false),
                Some(c) if c.is_ascii() => Some(c.is_ascii_alphanumeric() || c == '_'),
                Some(_) => None,
            };
            (word(before)? == word(after)?) == inside
        }
        Assert::Unknown => return None,
    })
}
