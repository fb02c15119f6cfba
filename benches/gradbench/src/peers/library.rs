//! `Library`: what a crate is asked for.

use super::nested::Problem;
use super::number::Number;
use crate::{Error, Job};

/// A function of some numbers.
pub(super) trait Function: 'static {
    /// Its value. There is one number at least.
    fn call<N: Number>(&self, x: &[N]) -> N;
}

/// A function of few numbers with few values.
pub(super) trait Map<const N: usize, const M: usize>: 'static {
    /// Its values.
    fn call<S: Number>(&self, x: &[S; N]) -> [S; M];
}

/// Computes the gradient of a function at a point.
pub(super) type Gradient = Box<dyn FnMut(&mut Vec<f64>)>;

/// Computes the gradient of a function at a point, and the diagonal of its Hessian.
pub(super) type Curvature = Box<dyn FnMut(&mut Vec<f64>, &mut Vec<f64>)>;

/// Computes the Jacobian of one function after the other.
pub(super) type Jacobian<F, const N: usize, const M: usize> = Box<dyn FnMut(&F, &[f64; N]) -> [[f64; N]; M]>;

/// A crate, used as its users would use it.
pub(super) trait Library {
    /// What it goes by.
    const NAME: &'static str;

    /// The gradient of a function whose path does not depend on its inputs, so that a tape of it can be recorded once.
    ///
    /// # Errors
    /// Why the crate cannot serve it.
    fn gradient(f: impl Function, x: Vec<f64>) -> Result<Gradient, Error>;

    /// The Jacobians of functions.
    ///
    /// # Errors
    /// Why the crate cannot serve them.
    fn jacobian<F: Map<N, M>, const N: usize, const M: usize>() -> Result<Jacobian<F, N, M>, Error>;

    /// The gradient of a function, and its Hessian's diagonal, beside which there is nothing in it. The path of this function may
    /// depend on its inputs.
    ///
    /// # Errors
    /// Why the crate cannot serve it.
    fn curvature(_f: impl Function, _x: Vec<f64>) -> Result<Curvature, Error> {
        Err(Self::unserved("it has no second derivatives"))
    }

    /// A problem with one derivative in another, by the modes that a variant names.
    ///
    /// # Errors
    /// Why the crate cannot serve it.
    fn nested(_variant: &str, _problem: impl Problem) -> Result<Box<dyn Job>, Error> {
        Err(Self::unserved("its numbers do not nest"))
    }

    /// The error that says why the crate cannot serve what it is asked for.
    fn unserved(reason: &str) -> Error {
        Error::Unserved { library: Self::NAME, reason: reason.to_owned() }
    }
}

/// Forward mode takes a pass for each input or for each few of them, which is hopeless for more.
const MOST_INPUTS: usize = 1000;

/// Whether forward mode is worth a try.
///
/// # Errors
/// If there are too many inputs.
pub(super) fn check_inputs<L: Library>(found: usize) -> Result<(), Error> {
    if found <= MOST_INPUTS {
        return Ok(());
    }
    Err(L::unserved(&format!("expected at most {MOST_INPUTS} inputs in forward mode, found {found}")))
}

/// The gradient in passes of a few tangents each: `pass` has those of the inputs from one on.
pub(super) fn in_chunks<const C: usize>(
    inputs: usize,
    gradient: &mut Vec<f64>,
    mut pass: impl FnMut(usize) -> [f64; C],
) {
    gradient.resize(inputs, 0.0);
    for (number, chunk) in gradient.chunks_mut(C).enumerate() {
        let tangents = pass(C * number);
        chunk.copy_from_slice(&tangents[..chunk.len()]);
    }
}
