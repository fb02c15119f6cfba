//! The crate named `reverse`: reverse mode on a tape.

use ::reverse::{Gradient as _, Tape, Var};

use super::library::{Function, Gradient, Jacobian, Library, Map};
use super::number::{Number, functions};
use crate::Error;

impl Number for Var<'_> {
    /// It has no constants but variables that nobody differentiates by.
    fn constant(self, c: f64) -> Self {
        self.tape.add_var(c)
    }

    fn value(self) -> f64 {
        self.val
    }

    fn shift(self, c: f64) -> Self {
        self + c
    }

    fn scale(self, c: f64) -> Self {
        self * c
    }

    functions!(Own: self, &self, recip exp ln sqrt tanh sin cos);
}

pub(super) struct Reverse;

impl Library for Reverse {
    /// Apart from our backend of that name.
    const NAME: &'static str = "crate:reverse";

    fn gradient(f: impl Function, x: Vec<f64>) -> Result<Gradient, Error> {
        let tape = Tape::new();
        Ok(Box::new(move |gradient| {
            tape.clear();
            let inputs = tape.add_vars(&x);
            *gradient = f.call(&inputs).grad().wrt(&inputs);
        }))
    }

    fn jacobian<F: Map<N, M>, const N: usize, const M: usize>() -> Result<Jacobian<F, N, M>, Error> {
        let tape = Tape::new();
        Ok(Box::new(move |f, x| {
            tape.clear();
            let inputs = x.map(|x| tape.add_var(x));
            f.call(&inputs).map(|y| {
                let derivatives = y.grad();
                inputs.map(|input| derivatives.wrt(&input))
            })
        }))
    }
}
