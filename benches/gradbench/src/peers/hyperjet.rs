//! hyperjet: forward mode with a tangent for every input, and with second derivatives.

use ::hyperjet::differentiate::{differentiate1_vec, differentiate2};
use ::hyperjet::jets::{Jet1, Jet2};
use ::hyperjet::traits::DifferentiableMath;

use super::library::{Curvature, Function, Gradient, Jacobian, Library, Map, check_inputs, in_chunks};
use super::number::{Number, functions};
use crate::Error;

macro_rules! number {
    ([$($parameters:tt)*] $Number:ident<$($N:ident),*>) => {
        impl<$($parameters)*> Number for $Number<$($N),*> {
            fn constant(self, c: f64) -> Self {
                $Number::constant(c)
            }

            fn value(self) -> f64 {
                self.value
            }

            fn shift(self, c: f64) -> Self {
                self + c
            }

            fn scale(self, c: f64) -> Self {
                self * c
            }

            fn recip(self) -> Self {
                1.0 / self
            }

            functions!(DifferentiableMath: self, self, exp ln sqrt tanh sin cos);
        }
    };
}

number!([const N: usize] Jet1<N>);
number!([const N: usize, const H: usize] Jet2<N, H>);

/// So many tangents at once serve it best.
const CHUNK: usize = 16;

pub(super) struct Hyperjet;

impl Library for Hyperjet {
    const NAME: &'static str = "hyperjet";

    fn gradient(f: impl Function, x: Vec<f64>) -> Result<Gradient, Error> {
        check_inputs::<Self>(x.len())?;
        let mut seeded: Vec<Jet1<CHUNK>> = x.iter().map(|&x| Jet1::constant(x)).collect();
        Ok(Box::new(move |gradient| {
            in_chunks(x.len(), gradient, |first| {
                let chunk = first..x.len().min(first + CHUNK);
                chunk.clone().for_each(|i| seeded[i] = Jet1::variable(x[i], i - first));
                let y = f.call(&seeded);
                chunk.for_each(|i| seeded[i] = Jet1::constant(x[i]));
                y.grad
            });
        }))
    }

    fn jacobian<F: Map<N, M>, const N: usize, const M: usize>() -> Result<Jacobian<F, N, M>, Error> {
        Ok(Box::new(|f, x| differentiate1_vec(*x, |x: [Jet1<N>; N]| f.call(&x)).1))
    }

    /// The numbers have a whole Hessian, which grows with the square of their inputs: one at a time.
    fn curvature(f: impl Function, x: Vec<f64>) -> Result<Curvature, Error> {
        check_inputs::<Self>(x.len())?;
        let mut seeded: Vec<Jet2<1, 1>> = x.iter().map(|&x| Jet2::constant(x)).collect();
        Ok(Box::new(move |gradient, diagonal| {
            gradient.clear();
            diagonal.clear();
            for (i, &x) in x.iter().enumerate() {
                let along = |[x]: [Jet2<1, 1>; 1]| {
                    seeded[i] = x;
                    f.call(&seeded)
                };
                let (_, [slope], [[second]]) = differentiate2([x], along);
                seeded[i] = Jet2::constant(x);
                gradient.push(slope);
                diagonal.push(second);
            }
        }))
    }
}
