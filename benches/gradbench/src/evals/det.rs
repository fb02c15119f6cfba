//! `det`: the determinant of an `ℓ×ℓ` matrix by expansion into minors.
//!
//! `det A = Σⱼ (−1)ʲ·a₀ⱼ·det A₀ⱼ`, where `A₀ⱼ` is `A` without its first row and its column `j`, and so on for each minor: `ℓ!` products.

use anygrad::{Scalar, differentiable};
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Eval, Options, Workload, check_count, parse};
use crate::job::{gradient, value};
use crate::{Error, Job};

/// The eval.
pub const EVAL: Eval = Eval {
    name: "det",
    functions: &[("primal", primal), ("gradient", derivative)],
    workloads: &[
        Workload { name: "l=5", input: |rng| json!(Input::random(5, rng)) },
        Workload { name: "l=8", input: |rng| json!(Input::random(8, rng)) },
        Workload { name: "l=10", input: |rng| json!(Input::random(10, rng)) },
    ],
};

/// What the eval takes: the elements, row by row, and the number of rows.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "A")]
    a: Vec<f64>,
    ell: usize,
}

impl Input {
    /// A matrix of `ell` rows.
    pub fn random(ell: usize, rng: &mut impl Rng) -> Self {
        Self { a: (0..ell * ell).map(|_| rng.random_range(-1.0..1.0)).collect(), ell }
    }
}

/// The columns that are left, as a list: each has the number of the next one, and there is one before all of them.
struct Columns {
    next: Vec<usize>,
}

impl Columns {
    /// Stands before the first column.
    fn head(&self) -> usize {
        self.next.len() - 1
    }

    /// The column behind another one, if there is one.
    fn after(&self, column: usize) -> Option<usize> {
        Some(self.next[column]).filter(|&next| next != self.head())
    }
}

/// The determinant by minors.
#[differentiable]
pub fn determinant<S: Scalar<Real = f64>>(a: &[S], ell: usize) -> S {
    if ell == 0 {
        return S::one();
    }
    let rows: Vec<&[S]> = a.chunks_exact(ell).collect();
    let next = (1..ell).chain([ell, 0]).collect();
    minor(&rows, &mut Columns { next })
}

/// The determinant of some rows, with the columns that are left, of which there are as many.
fn minor<S: Scalar>(rows: &[&[S]], columns: &mut Columns) -> S {
    let Some((row, below)) = rows.split_first() else { return S::one() };
    let (mut sum, mut before, mut is_even) = (S::zero(), columns.head(), true);
    while let Some(column) = columns.after(before) {
        let mut term = row[column];
        if !below.is_empty() {
            columns.next[before] = columns.next[column];
            term *= minor(below, columns);
            columns.next[before] = column;
        }
        sum = if before == columns.head() {
            term
        } else if is_even {
            sum + term
        } else {
            sum - term
        };
        (before, is_even) = (column, !is_even);
    }
    sum
}

/// The function for the number of rows, and the elements.
///
/// # Errors
/// What is wrong with the input.
pub fn read(input: Value) -> Result<(Determinant, Vec<f64>), Error> {
    let Input { a, ell } = parse(EVAL.name, input)?;
    check_count(EVAL.name, "elements of A", ell.saturating_mul(ell), a.len())?;
    Ok((Determinant { ell }, a))
}

fn primal(input: Value, _: Options) -> Result<Box<dyn Job>, Error> {
    let (f, x) = read(input)?;
    Ok(value(f, x, |y| json!(y)))
}

fn derivative(input: Value, options: Options) -> Result<Box<dyn Job>, Error> {
    let (f, x) = read(input)?;
    gradient(options.method, f, x, |gradient| json!(gradient))
}
