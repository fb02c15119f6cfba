//! easy-ml: reverse mode on a Wengert list.

use std::hint::black_box;

use easy_ml::differentiation::record_operations::SwappedOperations;
use easy_ml::differentiation::{Record, WengertList};
use easy_ml::numeric::extra::Exp;

use super::program::{Number, Program, tridiagonal};
use crate::method::Method;

const NAME: &str = "easy-ml";

impl Number for Record<'_, f64> {
    fn exp(self) -> Self {
        Exp::exp(self)
    }

    /// It has no `tanh`; a function of its user's own is its way to add one.
    fn tanh(self) -> Self {
        let y = self.unary(f64::tanh, |x| 1.0 - x.tanh() * x.tanh());
        Record::from_existing((y.number, y.index), self.history())
    }

    fn recip(self) -> Self {
        self.div_swapped(1.0)
    }
}

pub(super) fn gradient(program: impl Program + 'static, x: &[f64]) -> Method {
    let (x, list) = (x.to_vec(), WengertList::new());
    Method::of_vector(NAME, move || {
        list.clear();
        let inputs = variables(&list, black_box(&x));
        let derivatives = program.run(&inputs).derivatives();
        inputs.iter().map(|input| derivatives.at(input)).collect()
    })
}

pub(super) fn jacobian(x: &[f64]) -> Method {
    let (x, list) = (x.to_vec(), WengertList::new());
    Method::of_rows(NAME, move || {
        list.clear();
        let inputs = variables(&list, black_box(&x));
        let row = |y: &Record<'_, f64>| {
            let derivatives = y.derivatives();
            inputs.iter().map(|input| derivatives.at(input)).collect()
        };
        tridiagonal(&inputs).iter().map(row).collect()
    })
}

fn variables<'a>(list: &'a WengertList<f64>, x: &[f64]) -> Vec<Record<'a, f64>> {
    x.iter().map(|&x| Record::variable(x, list)).collect()
}
