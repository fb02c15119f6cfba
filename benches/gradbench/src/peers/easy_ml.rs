//! easy-ml: reverse mode on a Wengert list.

use ::easy_ml::differentiation::record_operations::SwappedOperations;
use ::easy_ml::differentiation::{Record, WengertList};
use ::easy_ml::numeric::extra::{Cos, Exp, Ln, Sin, Sqrt};

use super::library::{Function, Gradient, Jacobian, Library, Map};
use super::number::Number;
use crate::Error;

impl Number for Record<'_, f64> {
    fn constant(self, c: f64) -> Self {
        Record::constant(c)
    }

    fn value(self) -> f64 {
        self.number
    }

    fn shift(self, c: f64) -> Self {
        self + c
    }

    fn scale(self, c: f64) -> Self {
        self * c
    }

    fn recip(self) -> Self {
        self.div_swapped(1.0)
    }

    fn exp(self) -> Self {
        Exp::exp(self)
    }

    fn ln(self) -> Self {
        Ln::ln(self)
    }

    fn sqrt(self) -> Self {
        Sqrt::sqrt(self)
    }

    /// It has no `tanh`; a function of its user's own is its way to add one.
    fn tanh(self) -> Self {
        let y = self.unary(f64::tanh, |x| 1.0 - x.tanh() * x.tanh());
        Record::from_existing((y.number, y.index), self.history())
    }

    fn sin(self) -> Self {
        Sin::sin(self)
    }

    fn cos(self) -> Self {
        Cos::cos(self)
    }
}

pub(super) struct EasyMl;

impl Library for EasyMl {
    const NAME: &'static str = "easy-ml";

    fn gradient(f: impl Function, x: Vec<f64>) -> Result<Gradient, Error> {
        let list = WengertList::new();
        Ok(Box::new(move |gradient| {
            list.clear();
            let inputs: Vec<_> = x.iter().map(|&x| Record::variable(x, &list)).collect();
            let derivatives = f.call(&inputs).derivatives();
            gradient.clear();
            gradient.extend(inputs.iter().map(|input| derivatives.at(input)));
        }))
    }

    fn jacobian<F: Map<N, M>, const N: usize, const M: usize>() -> Result<Jacobian<F, N, M>, Error> {
        let list = WengertList::new();
        Ok(Box::new(move |f, x| {
            list.clear();
            let inputs = x.map(|x| Record::variable(x, &list));
            f.call(&inputs).map(|y| {
                let derivatives = y.derivatives();
                inputs.map(|input| derivatives.at(&input))
            })
        }))
    }
}
