//! What is being read, how much and for how long: one line on a terminal's stderr.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::Cell;
use std::time::Duration;

pub(super) struct Progress {
    bar: ProgressBar,
    apis: Cell<u64>,
    of: Cell<u64>,
    things: Cell<u64>,
    calls: Cell<u64>,
}

impl Progress {
    /// Draws nothing where stderr is no terminal.
    pub(super) fn new(quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} · {elapsed}") {
            bar.set_style(style);
        }
        if !bar.is_hidden() {
            bar.enable_steady_tick(Duration::from_millis(250));
        }
        let zero = || Cell::new(0);
        Progress { bar, apis: zero(), of: zero(), things: zero(), calls: zero() }
    }

    pub(super) fn found_apis(&self, n: usize) {
        self.of.set(self.of.get() + n as u64);
        self.show();
    }

    pub(super) fn read_api(&self) {
        self.apis.set(self.apis.get() + 1);
        self.show();
    }

    pub(super) fn read_things(&self, n: usize) {
        self.things.set(self.things.get() + n as u64);
        self.show();
    }

    pub(super) fn called(&self) {
        self.calls.set(self.calls.get() + 1);
        self.show();
    }

    fn show(&self) {
        if !self.bar.is_hidden() {
            let (apis, of, things, calls) = (self.apis.get(), self.of.get(), self.things.get(), self.calls.get());
            self.bar.set_message(format!("reading APIs {apis}/{of} · things behind them {things} · calls {calls}"));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
