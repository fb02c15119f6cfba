//! `hello`, `llsq`, `lse` and `det`.

use serde_json::{Value, json};

use super::super::library::{Function, Library};
use super::super::number::Number;
use super::{Order, differentiated};
use crate::evals::det::{self, Determinant};
use crate::evals::llsq::{self, HalfSquares};
use crate::evals::{hello, lse, parse};
use crate::{Error, Job};

/// `x²`.
struct Square;

impl Function for Square {
    fn call<N: Number>(&self, x: &[N]) -> N {
        x[0] * x[0]
    }
}

pub(super) fn hello<L: Library>(order: Order, input: Value) -> Result<Box<dyn Job>, Error> {
    differentiated::<L>(order, Square, vec![parse(hello::EVAL.name, input)?], |gradient| json!(gradient[0]))
}

impl Function for HalfSquares {
    fn call<N: Number>(&self, x: &[N]) -> N {
        let square = |(&t, &sign): (&f64, &f64)| {
            let (mut polynomial, mut power) = (x[0], 1.0);
            for &coefficient in &x[1..] {
                power *= t;
                polynomial = polynomial + coefficient.scale(power);
            }
            let error = polynomial.shift(-sign);
            error * error
        };
        total(self.places.iter().zip(&*self.signs).map(square), || x[0].constant(0.0)).scale(0.5)
    }
}

/// The sum from the first on, `zero` if there is none.
pub(super) fn total<N: Number>(mut terms: impl Iterator<Item = N>, zero: impl Fn() -> N) -> N {
    let first = terms.next().unwrap_or_else(zero);
    terms.fold(first, |sum, term| sum + term)
}

pub(super) fn llsq<L: Library>(order: Order, input: Value) -> Result<Box<dyn Job>, Error> {
    let (f, x) = llsq::read(input)?;
    differentiated::<L>(order, f, x, |gradient| json!(gradient))
}

/// `A + ln Σ exp(xᵢ − A)`, `A = max x`.
pub(super) fn log_sum_exp<N: Number>(x: &[N]) -> N {
    let greatest = x[1..].iter().fold(x[0], |greatest, &x| greatest.max(x));
    let terms = x.iter().map(|&x| (x - greatest).exp());
    total(terms, || greatest.constant(0.0)).ln() + greatest
}

struct LogSumExp;

impl Function for LogSumExp {
    fn call<N: Number>(&self, x: &[N]) -> N {
        log_sum_exp(x)
    }
}

pub(super) fn lse<L: Library>(order: Order, input: Value) -> Result<Box<dyn Job>, Error> {
    let (_, x) = lse::read(input)?;
    differentiated::<L>(order, LogSumExp, x.to_vec(), |gradient| json!(gradient))
}

impl Function for Determinant {
    fn call<N: Number>(&self, x: &[N]) -> N {
        let rows: Vec<&[N]> = x.chunks_exact(self.ell).collect();
        let mut columns: Vec<usize> = (0..self.ell).collect();
        minor(&rows, &mut columns)
    }
}

/// The determinant of some rows, with the columns that are left, of which there are as many, one at least.
fn minor<N: Number>(rows: &[&[N]], columns: &mut Vec<usize>) -> N {
    let (row, below) = (rows[0], &rows[1..]);
    if below.is_empty() {
        return row[columns[0]];
    }
    let mut sum = None;
    for place in 0..columns.len() {
        let column = columns.remove(place);
        let term = row[column] * minor(below, columns);
        columns.insert(place, column);
        sum = Some(match sum {
            None => term,
            Some(sum) if place % 2 == 0 => sum + term,
            Some(sum) => sum - term,
        });
    }
    sum.unwrap_or(row[0])
}

pub(super) fn det<L: Library>(order: Order, input: Value) -> Result<Box<dyn Job>, Error> {
    let (f, x) = det::read(input)?;
    differentiated::<L>(order, f, x, |gradient| json!(gradient))
}
