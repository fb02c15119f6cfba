//! A suite: every method on one workload, checked against the derivative by hand, then timed.

use std::time::Duration;

use crate::method::Method;
use crate::report::{Report, Row, Wrong};

/// The method that ratios refer to.
pub(crate) const HAND: &str = "hand";

/// The function alone, without any derivative.
pub(crate) const PLAIN: &str = "plain";

/// The library that matrices run on, without any derivative.
pub(crate) const LIBRARY: &str = "faer";

/// Forms of one sum differ by roundings alone.
const EXACT: f64 = 1e-12;

/// What finite differences reach without further care.
const TRUNCATED: f64 = 1e-5;

/// The aim for one batch. Short, so that some batches run undisturbed on a busy machine.
const BATCH: Duration = Duration::from_millis(1);

/// The aim for all batches of one method.
const TOTAL: Duration = Duration::from_millis(40);

/// Rounds are bounded on both sides: a slow method runs at least so often, a fast one at most.
const FEWEST_ROUNDS: u32 = 3;
const MOST_ROUNDS: u32 = 40;

/// A workload with what is right about it, and the methods that compute it.
pub(crate) struct Suite {
    workload: &'static str,
    n: usize,
    /// The function's value or values, for the methods that compute no derivative.
    value: Vec<f64>,
    derivative: Vec<f64>,
    methods: Vec<Method>,
    /// The method that ratios refer to.
    base: &'static str,
}

impl Suite {
    pub(crate) fn new(workload: &'static str, n: usize, value: Vec<f64>, derivative: Vec<f64>) -> Self {
        Self { workload, n, value, derivative, methods: Vec::new(), base: HAND }
    }

    /// The same with ratios to another method than the derivative by hand.
    pub(crate) fn against(self, base: &'static str) -> Self {
        Self { base, ..self }
    }

    pub(crate) fn add(&mut self, method: Method) {
        self.methods.push(method);
    }

    pub(crate) fn extend(&mut self, methods: impl IntoIterator<Item = Method>) {
        self.methods.extend(methods);
    }

    /// How many methods there are.
    pub(crate) fn len(&self) -> usize {
        self.methods.len()
    }

    /// The name in progress and complaints.
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.workload, self.n)
    }

    /// Keeps the methods whose `workload/n/method` contains the text, and the derivative by hand beside them.
    pub(crate) fn retain(&mut self, text: &str) {
        let prefix = format!("{}/{}/", self.workload, self.n);
        let is_named = |method: &Method| format!("{prefix}{}", method.name).contains(text);
        if self.methods.iter().any(is_named) {
            self.methods.retain(|method| method.name == self.base || is_named(method));
        } else {
            self.methods.clear();
        }
    }

    /// Checks every method, times those that are right, and adds the results; `finished` is told of every method.
    pub(crate) fn measure(mut self, report: &mut Report, mut finished: impl FnMut()) {
        let (value, derivative) = (std::mem::take(&mut self.value), std::mem::take(&mut self.derivative));
        let (workload, n, base) = (self.workload, self.n, self.base);
        let mut right = Vec::new();
        for mut method in self.methods {
            let expected = if [PLAIN, LIBRARY].contains(&method.name.as_str()) { &value } else { &derivative };
            let tolerance = if method.name.starts_with("finite") { TRUNCATED } else { EXACT };
            match fault(&method.answer(), expected, tolerance) {
                None => right.push(method),
                Some(reason) => {
                    report.wrong.push(Wrong { workload, n, method: method.name, reason });
                    finished();
                }
            }
        }
        let best = best_times(&mut right);
        right.iter().for_each(|_| finished());
        let names = right.into_iter().map(|method| method.name);
        report.rows.extend(rows((workload, n, base), &names.zip(best).collect::<Vec<_>>()));
    }
}

/// What is wrong with an answer, if anything: entries are compared in units of the largest expected one.
fn fault(found: &[f64], expected: &[f64], tolerance: f64) -> Option<String> {
    if found.len() != expected.len() {
        return Some(format!("expected {} entries, found {}", expected.len(), found.len()));
    }
    let scale = expected.iter().fold(0.0_f64, |scale, entry| scale.max(entry.abs()));
    // A NaN is close to nothing.
    let is_close = |(found, expected): (&f64, &f64)| (found - expected).abs() <= tolerance * scale;
    let at = found.iter().zip(expected).position(|pair| !is_close(pair))?;
    Some(format!("entry {at}: expected {}, found {}", expected[at], found[at]))
}

/// The best mean time of a run in nanoseconds, of each method. The methods take turns, a batch each, so that what
/// disturbs the machine disturbs them alike.
fn best_times(methods: &mut [Method]) -> Vec<f64> {
    let plans: Vec<(u32, u32)> = methods.iter_mut().map(plan).collect();
    let mut best = vec![f64::INFINITY; methods.len()];
    for round in 0..MOST_ROUNDS {
        for ((method, &(runs, rounds)), best) in methods.iter_mut().zip(&plans).zip(&mut best) {
            if round < rounds {
                *best = best.min(method.time(runs).as_secs_f64() * 1e9 / f64::from(runs));
            }
        }
    }
    best
}

/// How many runs make a batch, and how many batches there are.
fn plan(method: &mut Method) -> (u32, u32) {
    let mut runs = 1;
    loop {
        let time = method.time(runs).max(Duration::from_nanos(1));
        if time * 2 >= BATCH {
            let runs = (BATCH.as_secs_f64() / time.as_secs_f64() * f64::from(runs)).ceil().max(1.0);
            let batch = time.max(BATCH);
            let rounds = (TOTAL.as_secs_f64() / batch.as_secs_f64()).ceil() as u32;
            return (runs as u32, rounds.clamp(FEWEST_ROUNDS, MOST_ROUNDS));
        }
        runs *= 2;
    }
}

/// The rows of a table from names and times: each time also in units of that of the method `base`.
fn rows((workload, n, base): (&'static str, usize, &str), times: &[(String, f64)]) -> Vec<Row> {
    let hand = times.iter().find(|(name, _)| name == base).map_or(f64::NAN, |&(_, ns)| ns);
    let row = |(method, ns): &(String, f64)| Row { workload, n, method: method.clone(), ns: *ns, ratio: ns / hand };
    times.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suite() -> Suite {
        let mut suite = Suite::new("line", 2, vec![7.0], vec![2.0, 3.0]);
        suite.add(Method::of_vector("plain", || vec![7.0]));
        suite.add(Method::of_vector(HAND, || vec![2.0, 3.0]));
        suite.add(Method::of_vector("swapped", || vec![3.0, 2.0]));
        suite.add(Method::of_vector("right", || vec![2.0, 3.0]));
        suite
    }

    fn names(rows: &[Row]) -> Vec<&str> {
        rows.iter().map(|row| row.method.as_str()).collect()
    }

    #[test]
    fn a_wrong_method_is_reported_and_not_timed() {
        let (mut report, mut count) = (Report::default(), 0);
        suite().measure(&mut report, || count += 1);
        assert_eq!(names(&report.rows), ["plain", HAND, "right"]);
        assert_eq!(report.wrong.len(), 1);
        assert_eq!(report.wrong[0].method, "swapped");
        assert_eq!(report.wrong[0].reason, "entry 0: expected 2, found 3");
        assert_eq!(count, 4);
        assert!(report.rows.iter().all(|row| row.ns > 0.0 && row.ns.is_finite()));
    }

    #[test]
    fn ratios_refer_to_the_derivative_by_hand() {
        let times = [("plain".to_owned(), 2.0), (HAND.to_owned(), 4.0), ("right".to_owned(), 10.0)];
        let ratios: Vec<f64> = rows(("line", 2, HAND), &times).iter().map(|row| row.ratio).collect();
        assert_eq!(ratios, [0.5, 1.0, 2.5]);
        assert!(rows(("line", 2, HAND), &times[..1])[0].ratio.is_nan());
    }

    #[test]
    fn an_answer_of_another_length_or_with_a_nan_is_wrong() {
        assert_eq!(fault(&[1.0], &[1.0, 2.0], 1.0).as_deref(), Some("expected 2 entries, found 1"));
        assert_eq!(fault(&[1.0, f64::NAN], &[1.0, 2.0], 1.0).as_deref(), Some("entry 1: expected 2, found NaN"));
        assert!(fault(&[1.0, 2.0 + 1e-11], &[1.0, 2.0], 1e-12).is_some());
        assert_eq!(fault(&[1.0, 2.0], &[1.0, 2.0], 0.0), None);
    }

    #[test]
    fn a_filter_keeps_what_it_names_and_the_denominator() {
        let kept = |text| {
            let mut suite = suite();
            suite.retain(text);
            suite.methods.into_iter().map(|method| method.name).collect::<Vec<_>>()
        };
        assert_eq!(kept("line/2/right"), [HAND, "right"]);
        assert_eq!(kept("line").len(), 4);
        assert!(kept("circle").is_empty());
    }
}
