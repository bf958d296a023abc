//! The templates of a project, judged in every world that an answer hangs on.

use crate::capture::Capture;
use crate::model::{Str, of_template};
use crate::run::worlds::{self, Assumed};
use crate::run::{Options, Run, judge};
use crate::source::cloudformation::{Alternative, Choice, World};
use crate::source::files::{Deployment, Project};

/// How many worlds are judged at most; beyond them the answers stay unknown.
const MOST: usize = 64;

/// Judges the project, without what turns out to be broken; `with` adds to each capture what stands beside the
/// templates.
pub(super) fn all(
    project: &mut Project,
    deployment: &Deployment,
    options: &Options,
    now: jiff::Timestamp,
    with: impl Fn(Capture) -> miette::Result<Capture>,
) -> miette::Result<Run> {
    let (mut open, mut done) = (vec![World::new()], Vec::new());
    while let Some(world) = open.pop() {
        let (capture, choices) = match project.capture(deployment, &world, now) {
            Ok(read) => read,
            // No deployment is like that.
            Err(_) if !world.is_empty() => continue,
            Err(error) => {
                project.set_aside(error)?;
                open.push(world);
                continue;
            }
        };
        let run = judge(with(capture)?, options)?;
        let room = MOST.saturating_sub(open.len() + done.len() + 1);
        match wanted(&run, choices).filter(|choice| choice.alternatives.len() <= room.max(1)) {
            Some(choice) if room > 0 => {
                for alternative in choice.alternatives.iter().rev() {
                    let mut next = world.clone();
                    next.insert(choice.of.clone(), alternative.clone());
                    open.push(next);
                }
            }
            _ => done.push((label(&world), run)),
        }
    }
    worlds::merge(done).ok_or_else(|| miette::miette!("there is no way to deploy this"))
}

/// The first choice that something unknown hangs on.
fn wanted(run: &Run, choices: Vec<Choice>) -> Option<Choice> {
    let gaps = worlds::gaps(run);
    choices.into_iter().find(|choice| gaps.iter().any(|gap| choice.settles(gap)))
}

/// `Env is prod`, `AWS::Region is none of the values it is compared with`, each by what it assumes of.
fn label(world: &World) -> Assumed {
    let said = |(of, alternative): (&Str, &Alternative)| {
        let name = named(of);
        let says = match alternative {
            Alternative::Is(value) => format!("{name} is {value}"),
            Alternative::Other => format!("{name} is none of the values it is compared with"),
            Alternative::Holds(true) => format!("{name} holds"),
            Alternative::Holds(false) => format!("{name} does not hold"),
        };
        (of.to_string(), says)
    };
    world.iter().map(said).collect()
}

/// Of one of several templates with the template.
fn named(of: &str) -> String {
    match of_template(of) {
        (Some(template), name) => format!("{name} of {template}"),
        (None, name) => name.to_owned(),
    }
}
