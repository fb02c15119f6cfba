//! num-dual: forward mode with some tangents at once, whose numbers nest.

use ::num_dual::{Derivative, Dual2_64, DualNum, DualSVec, DualSVec64, jacobian};
use anygrad::Error as Failure;
use nalgebra::{Const, SVector, U1};

use super::library::{Curvature, Function, Gradient, Jacobian, Library, Map, check_inputs, in_chunks};
use super::nested::{Held, Inner, Nest, Over, Problem};
use super::number::{Number, functions};
use crate::{Error, Job};

macro_rules! number {
    ([$($parameters:tt)*] $Number:ty, $c:ident => $constant:expr, $x:ident => $value:expr) => {
        impl<$($parameters)*> Number for $Number {
            fn constant(self, $c: f64) -> Self {
                <$Number>::from_re($constant)
            }

            fn value(self) -> f64 {
                let $x = self;
                $value
            }

            fn shift(self, c: f64) -> Self {
                self + c
            }

            fn scale(self, c: f64) -> Self {
                self * c
            }

            functions!(DualNum: self, &self, recip exp ln sqrt tanh sin cos);
        }
    };
}

number!([const N: usize] DualSVec64<N>, c => c, x => x.re);
number!([const N: usize, const M: usize] DualSVec<DualSVec64<N>, M>, c => DualSVec::from_re(c), x => x.re.re);
number!([] Dual2_64, c => c, x => x.re);

/// So many tangents at once serve it best.
const CHUNK: usize = 8;

pub(super) struct NumDual;

impl Library for NumDual {
    const NAME: &'static str = "num-dual";

    fn gradient(f: impl Function, x: Vec<f64>) -> Result<Gradient, Error> {
        check_inputs::<Self>(x.len())?;
        let mut seeded: Vec<DualSVec64<CHUNK>> = x.iter().map(|&x| DualSVec64::from_re(x)).collect();
        Ok(Box::new(move |gradient| {
            in_chunks(x.len(), gradient, |first| {
                let chunk = first..x.len().min(first + CHUNK);
                chunk.clone().for_each(|i| seeded[i] = DualSVec64::from_re(x[i]).derivative(i - first));
                let y = f.call(&seeded);
                chunk.for_each(|i| seeded[i] = DualSVec64::from_re(x[i]));
                tangents(y.eps)
            });
        }))
    }

    fn jacobian<F: Map<N, M>, const N: usize, const M: usize>() -> Result<Jacobian<F, N, M>, Error> {
        Ok(Box::new(|f, x| {
            let rows = |x: SVector<DualSVec64<N>, N>| SVector::from(f.call(&x.data.0[0]));
            let (_, found) = jacobian(rows, &SVector::from(*x));
            std::array::from_fn(|i| std::array::from_fn(|j| found[(i, j)]))
        }))
    }

    fn curvature(f: impl Function, x: Vec<f64>) -> Result<Curvature, Error> {
        check_inputs::<Self>(x.len())?;
        let mut seeded: Vec<Dual2_64> = x.iter().map(|&x| Dual2_64::from_re(x)).collect();
        Ok(Box::new(move |gradient, diagonal| {
            gradient.clear();
            diagonal.clear();
            for (i, &x) in x.iter().enumerate() {
                seeded[i] = Dual2_64::from_re(x).derivative();
                let y = f.call(&seeded);
                seeded[i] = Dual2_64::from_re(x);
                gradient.push(y.v1);
                diagonal.push(y.v2);
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

/// The tangents of a number, zero where it has none.
fn tangents<T: DualNum + Copy, const N: usize>(eps: Derivative<T, Const<N>, U1>) -> [T; N] {
    eps.unwrap_generic(Const, U1).data.0[0]
}

impl<const N: usize> Over<f64> for DualSVec64<N> {
    fn lift(number: f64) -> Self {
        Self::from_re(number)
    }
}

impl<const N: usize, const M: usize> Over<DualSVec64<N>> for DualSVec<DualSVec64<N>, M> {
    fn lift(number: DualSVec64<N>) -> Self {
        Self::from_re(number)
    }
}

impl<N: DualNum + Copy> Inner<N> for NumDual
where
    DualSVec<N, 2>: Over<N>,
{
    fn gradient(f: &impl Held<N>, x: [N; 2]) -> (N, [N; 2]) {
        let (value, gradient) =
            ::num_dual::gradient(|x: SVector<DualSVec<N, 2>, 2>| f.call(x.data.0[0]), &SVector::from(x));
        (value, gradient.data.0[0])
    }
}

impl<const K: usize> Nest<K> for NumDual {
    type Outer = DualSVec64<K>;

    fn outer_gradient(
        f: impl Fn([DualSVec64<K>; K]) -> Result<DualSVec64<K>, Failure>,
        x: [f64; K],
    ) -> Result<(f64, [f64; K]), Failure> {
        let y = f(std::array::from_fn(|i| DualSVec64::from_re(x[i]).derivative(i)))?;
        Ok((y.re, tangents(y.eps)))
    }
}
