//! The crate named `reverse`: reverse mode on a tape.

use std::hint::black_box;

use reverse::{Gradient, Tape, Var};

use super::program::{Number, Program, tridiagonal};
use crate::method::Method;

/// Apart from the backend of that name.
const NAME: &str = "crate:reverse";

impl Number for Var<'_> {
    fn exp(self) -> Self {
        Var::exp(&self)
    }

    fn tanh(self) -> Self {
        Var::tanh(&self)
    }

    fn recip(self) -> Self {
        Var::recip(&self)
    }
}

pub(super) fn gradient(program: impl Program + 'static, x: &[f64]) -> Method {
    let (x, tape) = (x.to_vec(), Tape::new());
    Method::of_vector(NAME, move || {
        tape.clear();
        let inputs = tape.add_vars(black_box(&x));
        program.run(&inputs).grad().wrt(&inputs)
    })
}

pub(super) fn jacobian(x: &[f64]) -> Method {
    let (x, tape) = (x.to_vec(), Tape::new());
    Method::of_rows(NAME, move || {
        tape.clear();
        let inputs = tape.add_vars(black_box(&x));
        tridiagonal(&inputs).iter().map(|y| y.grad().wrt(&inputs)).collect()
    })
}
