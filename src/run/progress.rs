//! A line on the terminal while a history is being read; nothing where there is no terminal.

use crate::gate::gauge::Gauge;
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Often enough to be alive, seldom enough to cost nothing.
const EVERY: Duration = Duration::from_millis(200);
const BAR: u64 = 24;

/// Does `work` while `gauge` is shown against `total` objects, a guess.
pub(super) fn watching<T>(gauge: &Gauge, total: u64, work: impl FnOnce() -> T) -> T {
    drawing(&|began| line(gauge, total, began), work)
}

/// Does `work` while what `line` says is shown.
pub(super) fn drawing<T>(line: &(dyn Fn(Instant) -> String + Sync), work: impl FnOnce() -> T) -> T {
    if !std::io::stderr().is_terminal() {
        return work();
    }
    let (began, done) = (Instant::now(), AtomicBool::new(false));
    thread::scope(|scope| {
        let drawn = thread::Builder::new().spawn_scoped(scope, || {
            while !done.load(Ordering::Acquire) {
                thread::park_timeout(EVERY);
                draw(&format!("\r{}\x1b[K", line(began)));
            }
            draw("\r\x1b[K");
        });
        let out = work();
        done.store(true, Ordering::Release);
        // A system that gives no thread gives no bar.
        if let Ok(drawer) = drawn {
            drawer.thread().unpark();
        }
        out
    })
}

/// Nobody misses a bar on a terminal that is gone.
fn draw(text: &str) {
    let mut terminal = std::io::stderr().lock();
    match terminal.write_all(text.as_bytes()).and_then(|()| terminal.flush()) {
        Ok(()) | Err(_) => {}
    }
}

fn line(gauge: &Gauge, total: u64, began: Instant) -> String {
    let (commits, objects, bytes) = gauge.read();
    let of = total.max(objects).max(1);
    // The total is a guess, and judging comes after reading: it is not done before it is.
    let percent = (objects * 100 / of).min(99);
    let time = clock(began.elapsed());
    match commits {
        0 => format!("{} walking the history, {time}", bar(0)),
        _ => format!(
            "{} {percent:>2}%  {commits} commits, {objects} objects, {} MB, {time}",
            bar(percent),
            bytes / 1_000_000
        ),
    }
}

/// `[=====>    ]`.
pub(super) fn bar(percent: u64) -> String {
    let full = usize::try_from(percent * BAR / 100).unwrap_or(0);
    let rest = usize::try_from(BAR).unwrap_or(0).saturating_sub(full);
    format!("[{}{}]", "=".repeat(full), " ".repeat(rest))
}

/// `1:02:03`, or `2:03`.
pub(super) fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_fits_a_terminal_and_is_never_done_too_early() {
        let gauge = Gauge::default();
        assert!(line(&gauge, 10, Instant::now()).contains("walking"));
        gauge.commits(123_456_789);
        (0..20).for_each(|_| gauge.object(50_000_000));
        let line = line(&gauge, 10, Instant::now());
        assert!(line.starts_with("[=======================") && line.contains(" 99%") && line.len() < 80, "{line}");
        assert_eq!(
            (clock(Duration::from_secs(3_723)), clock(Duration::from_secs(59))),
            ("1:02:03".into(), "0:59".into())
        );
    }
}
