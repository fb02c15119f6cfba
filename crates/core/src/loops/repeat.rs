//! The loops, and what a recording asks of one.

use std::cell::OnceCell;

use super::bundle::Bundle;
use super::rows::{Row, Rows, Strip};
use crate::Scalar;

/// So many terms of a [`sum`] are added up before their sum joins that of the terms before, in every backend and however
/// many threads there are: the bits are the same.
pub const SUM_BLOCK: usize = 1024;

/// How the reverse of a [`scan`] in a recorded program comes by the states that the steps began with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Storage {
    /// All are stored: `n` states, each step runs once more. Where every step takes the same path, stored with the states are the
    /// values of gates that are dear (exponentials, logarithms, powers, trigonometric and hyperbolic functions): these do not run
    /// again.
    #[default]
    All,
    /// Every `√n`-th is stored, and those between are computed again: about `2√n` states, each step runs twice more. Segments are
    /// stored as by [`All`](Self::All) while they run back.
    Root,
    /// Half of the steps are run again for their states, of these a half, and so on: about `2 log₂ n` states, each step runs
    /// about `log₂ n` times more. (Griewank's binomial schedule reaches the same order, with a better constant.)
    Halving,
}

/// A loop: how to run it, and how to record it.
///
/// A run of the body turns a row and the carried state into the next state, terms of sums, and outputs, in this order.
pub trait Repeat<S: Scalar> {
    /// What the loop returns.
    type Output;

    /// Runs it as a plain loop.
    fn run(self) -> Self::Output;

    /// How many rows there are.
    fn trips(&self) -> usize;

    /// Describes the rows; see [`Rows::strips`].
    fn strips<'a>(&'a self, take: &mut dyn FnMut(Strip<'a, S>));

    /// The numbers that the carried state begins with.
    fn initial(&self) -> Vec<S>;

    /// How many of a body's results are terms of sums.
    fn sums(&self) -> usize;

    /// One run of the body.
    fn body(&self, parts: &[Vec<S>], state: &[S]) -> Vec<S>;

    /// What the loop returns, from the last state, the sums, and the outputs of all rows.
    fn finish(&self, values: &[S]) -> Self::Output;

    /// How its reverse comes by the states.
    fn storage(&self) -> Storage {
        Storage::All
    }
}

/// `Σ body(row)`, and −0 of no rows. Added in blocks of [`SUM_BLOCK`] terms, from left to right.
///
/// The body must be a function of its row and of numbers from outside alone: a recording calls it once for each path through
/// it, and interprets what it recorded for all other rows.
/// Rows have to be as many in each part.
pub fn sum<S: Scalar, X: Rows<S>>(rows: X, body: impl Fn(Row<'_, X, S>) -> S) -> S {
    S::repeat(Sum { rows, body })
}

/// `body(row)` of every row. See [`sum`] for what a body may do.
pub fn map<S: Scalar, X: Rows<S>>(rows: X, body: impl Fn(Row<'_, X, S>) -> S) -> Vec<S> {
    scan((), rows, |(), row| ((), body(row))).1
}

/// The state after the last row: `state = body(state, row)`. See [`sum`] for what a body may do.
///
/// # Panics
/// If the body returns a state of another shape.
pub fn fold<S: Scalar, C: Bundle<S>, X: Rows<S>>(initial: C, rows: X, body: impl Fn(C, Row<'_, X, S>) -> C) -> C {
    scan(initial, rows, |state, row| (body(state, row), ())).0
}

/// The state after the last row, and an output of each: `(state, output) = body(state, row)`. See [`sum`] for what a body
/// may do.
///
/// # Panics
/// If the body returns a state or an output of another shape.
pub fn scan<S, C, X, Y>(initial: C, rows: X, body: impl Fn(C, Row<'_, X, S>) -> (C, Y)) -> (C, Vec<Y>)
where
    S: Scalar,
    C: Bundle<S>,
    X: Rows<S>,
    Y: Bundle<S>,
{
    scan_stored(Storage::All, initial, rows, body)
}

/// As [`scan`], with a choice of what its reverse stores in a recorded program.
///
/// # Panics
/// As [`scan`].
pub fn scan_stored<S, C, X, Y>(
    storage: Storage,
    initial: C,
    rows: X,
    body: impl Fn(C, Row<'_, X, S>) -> (C, Y),
) -> (C, Vec<Y>)
where
    S: Scalar,
    C: Bundle<S>,
    X: Rows<S>,
    Y: Bundle<S>,
{
    S::repeat(Scan { storage, initial, rows, body, output: OnceCell::new() })
}

struct Sum<X, F> {
    rows: X,
    body: F,
}

struct Scan<C, X, F, Y> {
    storage: Storage,
    initial: C,
    rows: X,
    body: F,
    /// An output, for the shape of all of them.
    output: OnceCell<Y>,
}

/// A row from its parts.
fn bound<'r, S: Scalar, X: Rows<S>>(parts: &'r [Vec<S>]) -> Row<'r, X, S> {
    X::bind(&mut parts.iter().map(Vec::as_slice))
}

impl<S: Scalar, X: Rows<S>, F: Fn(Row<'_, X, S>) -> S> Repeat<S> for Sum<X, F> {
    type Output = S;

    #[inline]
    fn run(self) -> S {
        let (count, mut buffer) = (self.rows.count(), X::Buffer::default());
        let mut total = S::neg_zero();
        for first in (0..count).step_by(SUM_BLOCK) {
            let mut block = (self.body)(self.rows.row(first, &mut buffer));
            for index in first + 1..count.min(first + SUM_BLOCK) {
                block += (self.body)(self.rows.row(index, &mut buffer));
            }
            total = if first == 0 { block } else { total + block };
        }
        total
    }

    fn trips(&self) -> usize {
        self.rows.count()
    }

    fn strips<'a>(&'a self, take: &mut dyn FnMut(Strip<'a, S>)) {
        self.rows.strips(take);
    }

    fn initial(&self) -> Vec<S> {
        Vec::new()
    }

    fn sums(&self) -> usize {
        1
    }

    fn body(&self, parts: &[Vec<S>], _: &[S]) -> Vec<S> {
        vec![(self.body)(bound::<S, X>(parts))]
    }

    fn finish(&self, values: &[S]) -> S {
        values[0]
    }
}

/// Fills a bundle from a slice.
fn filled<S: Scalar, B: Bundle<S>>(like: &B, numbers: &[S]) -> B {
    let mut numbers = numbers.iter();
    like.filled(&mut || numbers.next().copied().unwrap_or_else(S::nan))
}

impl<S, C, X, Y, F> Repeat<S> for Scan<C, X, F, Y>
where
    S: Scalar,
    C: Bundle<S>,
    X: Rows<S>,
    Y: Bundle<S>,
    F: Fn(C, Row<'_, X, S>) -> (C, Y),
{
    type Output = (C, Vec<Y>);

    #[inline]
    fn run(self) -> (C, Vec<Y>) {
        let (count, mut buffer) = (self.rows.count(), X::Buffer::default());
        let (mut state, mut outputs) = (self.initial, Vec::with_capacity(count));
        for index in 0..count {
            let (next, output) = (self.body)(state, self.rows.row(index, &mut buffer));
            state = next;
            outputs.push(output);
        }
        (state, outputs)
    }

    fn trips(&self) -> usize {
        self.rows.count()
    }

    fn strips<'a>(&'a self, take: &mut dyn FnMut(Strip<'a, S>)) {
        self.rows.strips(take);
    }

    fn initial(&self) -> Vec<S> {
        self.initial.numbers()
    }

    fn sums(&self) -> usize {
        0
    }

    fn body(&self, parts: &[Vec<S>], state: &[S]) -> Vec<S> {
        let (next, output) = (self.body)(filled(&self.initial, state), bound::<S, X>(parts));
        let mut results = next.numbers();
        assert_eq!(results.len(), state.len(), "expected a state of as many numbers as before");
        let like = self.output.get_or_init(|| output.filled(&mut S::zero));
        assert_eq!(output.numbers().len(), like.numbers().len(), "expected an output of as many numbers as before");
        output.each(&mut |number| results.push(number));
        results
    }

    fn finish(&self, values: &[S]) -> (C, Vec<Y>) {
        let (state, rest) = values.split_at(self.initial.numbers().len());
        let mut rest = rest.iter();
        let mut next = || rest.next().copied().unwrap_or_else(S::nan);
        let outputs = self
            .output
            .get()
            .map_or_else(Vec::new, |output| (0..self.trips()).map(|_| output.filled(&mut next)).collect());
        (filled(&self.initial, state), outputs)
    }

    fn storage(&self) -> Storage {
        self.storage
    }
}
