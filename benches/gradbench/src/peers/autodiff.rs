//! autodiff: forward mode with one tangent, whose numbers nest.

use ::autodiff::{F, F1, FT};
use anygrad::Error as Failure;

use super::library::{Curvature, Function, Gradient, Jacobian, Library, Map, check_inputs};
use super::nested::{Held, Inner, Nest, Over, Problem};
use super::number::{Number, number_by_float};
use crate::{Error, Job};

number_by_float!([] F1, c => F1::cst(c), c, x => x.x);
number_by_float!([] FT<F1>, c => F::cst(F1::cst(c)), F1::cst(c), x => x.x.x);

pub(super) struct Autodiff;

impl Library for Autodiff {
    const NAME: &'static str = "autodiff";

    fn gradient(f: impl Function, x: Vec<f64>) -> Result<Gradient, Error> {
        check_inputs::<Self>(x.len())?;
        Ok(Box::new(move |gradient| *gradient = ::autodiff::grad(|x: &[F1]| f.call(x), &x)))
    }

    fn jacobian<M: Map<I, O>, const I: usize, const O: usize>() -> Result<Jacobian<M, I, O>, Error> {
        Ok(Box::new(|f, x| {
            let (mut rows, mut seeded) = ([[0.0; I]; O], x.map(F1::cst));
            for (j, &x) in x.iter().enumerate() {
                seeded[j] = F1::var(x);
                rows.iter_mut().zip(f.call(&seeded)).for_each(|(row, y)| row[j] = y.deriv());
                seeded[j] = F1::cst(x);
            }
            rows
        }))
    }

    fn curvature(f: impl Function, x: Vec<f64>) -> Result<Curvature, Error> {
        check_inputs::<Self>(x.len())?;
        Ok(Box::new(move |gradient, diagonal| {
            let mut seeded: Vec<FT<F1>> = x.iter().map(|&x| F::cst(F1::cst(x))).collect();
            gradient.clear();
            diagonal.clear();
            for (j, &x) in x.iter().enumerate() {
                seeded[j] = F::var(F1::var(x));
                let y = f.call(&seeded);
                gradient.push(y.deriv().value());
                diagonal.push(y.deriv().deriv());
                seeded[j] = F::cst(F1::cst(x));
            }
        }))
    }

    fn nested(variant: &str, problem: impl Problem) -> Result<Box<dyn Job>, Error> {
        match variant {
            "ff" => Ok(problem.job::<Self>(Self::NAME)),
            _ => Err(Self::unserved("it has forward mode alone")),
        }
    }
}

impl Over<f64> for F1 {
    fn lift(number: f64) -> Self {
        F1::cst(number)
    }
}

impl Over<F1> for FT<F1> {
    fn lift(number: F1) -> Self {
        F::cst(number)
    }
}

impl<N: Number> Inner<N> for Autodiff
where
    FT<N>: Over<N>,
{
    fn gradient(f: &impl Held<N>, [x, y]: [N; 2]) -> (N, [N; 2]) {
        let (zero, one) = (x.constant(0.0), x.constant(1.0));
        let by_x = f.call([F::new(x, one), F::new(y, zero)]);
        let by_y = f.call([F::new(x, zero), F::new(y, one)]);
        (by_x.x, [by_x.dx, by_y.dx])
    }
}

impl<const K: usize> Nest<K> for Autodiff {
    type Outer = F1;

    fn outer_gradient(f: impl Fn([F1; K]) -> Result<F1, Failure>, x: [f64; K]) -> Result<(f64, [f64; K]), Failure> {
        let (mut value, mut gradient) = (f64::NAN, [0.0; K]);
        for (i, slope) in gradient.iter_mut().enumerate() {
            let mut seeded = x.map(F1::cst);
            seeded[i] = F1::var(x[i]);
            let y = f(seeded)?;
            (value, *slope) = (y.x, y.dx);
        }
        Ok((value, gradient))
    }
}
