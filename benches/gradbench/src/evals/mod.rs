//! The evals: a function each, written once, and its input.
//!
//! The mathematics is that of GradBench's reference programs (github.com/gradbench/gradbench, MIT).

pub mod ba;
mod descent;
pub mod det;
pub mod gmm;
pub mod hello;
pub mod ht;
pub mod kmeans;
pub mod llsq;
pub mod lse;
pub mod lstm;
pub mod ode;
pub mod particle;
pub mod saddle;

use anygrad::linalg::Matrix;
use rand::rngs::StdRng;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Error, Job, Method};

/// How an eval is to be evaluated.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// How derivatives are computed.
    pub method: Method,
    /// Whether rows that do not depend on each other are computed on all threads, with the results of one.
    pub multithreaded: bool,
}

impl From<Method> for Options {
    /// On one thread.
    fn from(method: Method) -> Self {
        Self { method, multithreaded: false }
    }
}

/// A function of an eval: from its input to what is evaluated.
pub type Prepare = fn(Value, Options) -> Result<Box<dyn Job>, Error>;

/// An eval, which the benchmark calls a module.
#[derive(Debug)]
pub struct Eval {
    /// Its name.
    pub name: &'static str,
    /// Its functions, by name: if one is differentiated, the function first and its derivative second.
    pub functions: &'static [(&'static str, Prepare)],
    /// Inputs that it is measured at, small ones first.
    pub workloads: &'static [Workload],
}

/// An input that an eval is measured at.
#[derive(Debug)]
pub struct Workload {
    /// Its sizes.
    pub name: &'static str,
    /// Random numbers of these sizes.
    pub input: fn(&mut StdRng) -> Value,
}

/// All evals.
pub const EVALS: &[Eval] = &[
    hello::EVAL,
    gmm::EVAL,
    ba::EVAL,
    ht::EVAL,
    lstm::EVAL,
    kmeans::EVAL,
    llsq::EVAL,
    lse::EVAL,
    ode::EVAL,
    det::EVAL,
    particle::EVAL,
    saddle::EVAL,
];

/// The eval of a name.
///
/// # Errors
/// [`Error::Module`] if there is none.
pub fn find(name: &str) -> Result<&'static Eval, Error> {
    EVALS.iter().find(|eval| eval.name == name).ok_or_else(|| Error::Module {
        expected: EVALS.iter().map(|eval| eval.name).collect::<Vec<_>>().join(", "),
        found: name.to_owned(),
    })
}

impl Eval {
    /// Prepares the function of a name for an input.
    ///
    /// # Errors
    /// [`Error::Function`] if there is none; what is wrong with the input; what the function or its backend says.
    pub fn prepare(&self, function: &str, input: Value, options: Options) -> Result<Box<dyn Job>, Error> {
        let (_, prepare) = self.functions[self.position(function)?];
        prepare(input, options)
    }

    /// The place of a function of a name.
    ///
    /// # Errors
    /// [`Error::Function`] if there is none.
    pub(crate) fn position(&self, function: &str) -> Result<usize, Error> {
        self.functions.iter().position(|(name, _)| *name == function).ok_or_else(|| Error::Function {
            module: self.name,
            expected: self.functions.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "),
            found: function.to_owned(),
        })
    }
}

/// The input of an eval.
pub(crate) fn parse<T: DeserializeOwned>(module: &'static str, input: Value) -> Result<T, Error> {
    serde_json::from_value(input).map_err(|source| Error::Input { module, source })
}

/// Whether a part of the input has as many elements as another part says.
fn check_count(module: &'static str, what: &str, expected: usize, found: usize) -> Result<(), Error> {
    if expected == found {
        return Ok(());
    }
    Err(Error::Mismatch { module, expected: format!("{expected} {what}"), found: found.to_string() })
}

/// The matrix with these rows, each of as many numbers as there are columns.
fn matrix(module: &'static str, what: &str, rows: Vec<Vec<f64>>, columns: usize) -> Result<Matrix<f64>, Error> {
    rows.iter().try_for_each(|row| check_count(module, &format!("numbers in each {what}"), columns, row.len()))?;
    Ok(Matrix::from_vec(rows.len(), columns, rows.concat())?)
}
