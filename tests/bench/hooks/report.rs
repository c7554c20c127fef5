//! The rounds of a case, in turns, and its table.

use crate::measure::{Job, Sample, spread};
use crate::tools::Contender;

/// Rounds of a case; one, when a round of it takes longer than [`SLOW`].
const ROUNDS: usize = 7;
const SLOW: f64 = 8.0;

/// What is asked of leakgate.
#[derive(Clone, Copy)]
pub enum Goal {
    /// At most so many times the yardstick.
    Ratio(f64),
    /// At most so many seconds.
    Seconds(f64),
    /// At most so many seconds on top of the yardstick's.
    Above(f64),
}

/// One row of the table of goals.
pub struct Case {
    pub name: String,
    pub goals: Vec<Goal>,
    /// Which command `yardstick` is.
    pub measured_by: &'static str,
    pub yardstick: Job,
    pub contenders: Vec<Contender>,
}

/// The median of leakgate's wall time, for comparisons between cases.
pub fn run(case: &Case) -> f64 {
    println!("\n{}", case.name);
    let mut names = vec![case.measured_by];
    let mut jobs = vec![&case.yardstick];
    for contender in &case.contenders {
        names.push(contender.name);
        jobs.push(&contender.job);
    }
    let times: Vec<(usize, Sample)> = jobs.iter().map(|job| job.times()).collect();
    let slow = times.iter().map(|(_, first)| first.wall).sum::<f64>() > SLOW;
    let mut samples: Vec<Vec<Sample>> = jobs.iter().map(|_| Vec::new()).collect();
    // In turns, so that a busy moment of the machine does not fall on one tool alone.
    for _ in 0..if slow { 1 } else { ROUNDS } {
        for ((job, (times, _)), samples) in jobs.iter().zip(&times).zip(&mut samples) {
            samples.push(job.measure(*times));
        }
    }
    table(&names, &samples);
    let own = names.iter().position(|name| *name == "leakgate").and_then(|at| samples.get(at)).expect("leakgate ran");
    let status = own.first().and_then(|sample| sample.status);
    assert!(matches!(status, Some(0 | 1)), "leakgate could not decide: {}", judged(&case.contenders));
    let yardstick = samples.first().expect("the yardstick ran");
    case.goals.iter().for_each(|goal| say(*goal, own, yardstick));
    spread(own.iter().map(|sample| sample.wall)).1
}

fn judged(contenders: &[Contender]) -> String {
    contenders.iter().find(|it| it.name == "leakgate").map_or_else(String::new, |it| it.job.output().1)
}

fn table(names: &[&str], samples: &[Vec<Sample>]) {
    println!("  {:<26} {:>30} {:>9} {:>24} {:>8}  status", "", "wall ms min/median/max", "cpu ms", "wall x", "MB");
    let yardstick = samples.first().map_or(&[][..], Vec::as_slice);
    for (name, samples) in names.iter().zip(samples) {
        let wall = spread(samples.iter().map(|sample| sample.wall * 1e3));
        let cpu = spread(samples.iter().map(|sample| sample.cpu * 1e3)).1;
        let ratio = spread(samples.iter().zip(yardstick).map(|(it, by)| it.wall / by.wall.max(1e-9)));
        let memory = samples.iter().map(|sample| sample.memory).max().unwrap_or(0) / 1_000_000;
        let status = samples.first().and_then(|sample| sample.status).map_or("signal".to_owned(), |it| it.to_string());
        println!(
            "  {name:<26} {:>30} {cpu:>9.2} {:>24} {memory:>8}  {status}",
            format!("{:.2} / {:.2} / {:.2}", wall.0, wall.1, wall.2),
            format!("{:.2} / {:.2} / {:.2}", ratio.0, ratio.1, ratio.2),
        );
    }
}

fn say(goal: Goal, own: &[Sample], yardstick: &[Sample]) {
    let wall = spread(own.iter().map(|sample| sample.wall)).1;
    let by = spread(yardstick.iter().map(|sample| sample.wall)).1;
    let ratio = spread(own.iter().zip(yardstick).map(|(it, by)| it.wall / by.wall.max(1e-9))).1;
    let (text, reached) = match goal {
        Goal::Ratio(most) => (format!("at most {most} x the yardstick: {ratio:.2} x"), ratio <= most),
        Goal::Seconds(most) => (format!("at most {:.1} ms: {:.1} ms", most * 1e3, wall * 1e3), wall <= most),
        Goal::Above(most) => (format!("at most {most} s above the yardstick: {:.2} s", wall - by), wall - by <= most),
    };
    println!("  goal: {text}, {}", if reached { "reached" } else { "NOT REACHED" });
}
