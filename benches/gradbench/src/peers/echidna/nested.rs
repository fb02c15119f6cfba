//! One derivative in another, by the modes that nest.

use ::echidna::bytecode_tape::BtapeThreadLocal;
use ::echidna::{BReverse, Dual, DualVec, Float, Reverse};
use anygrad::Error as Failure;
use anygrad::num_traits::ToPrimitive;

use super::super::nested::{Held, Inner, Nest, Over};
use super::super::number::number_by_float;

number_by_float!([const N: usize, const M: usize] DualVec<DualVec<f64, N>, M>,
    c => DualVec::constant(DualVec::constant(c)), DualVec::constant(DualVec::constant(c)), x => x.re.re);
number_by_float!([const N: usize] DualVec<Reverse<f64>, N>,
    c => DualVec::constant(Reverse::constant(c)), DualVec::constant(Reverse::constant(c)),
    x => x.re.to_f64().unwrap_or(f64::NAN));
number_by_float!([] Dual<f64>, c => Dual::constant(c), c, x => x.re);
number_by_float!([] BReverse<Dual<f64>>,
    c => BReverse::constant(Dual::constant(c)), BReverse::constant(Dual::constant(c)),
    x => x.to_f64().unwrap_or(f64::NAN));

/// Numbers of a mode over others.
macro_rules! over {
    ($([$($parameters:tt)*] $Number:ty: $N:ty),+) => {$(
        impl<$($parameters)*> Over<$N> for $Number {
            fn lift(number: $N) -> Self {
                Self::constant(number)
            }
        }
    )+};
}

over!(
    [const N: usize] DualVec<f64, N>: f64,
    [const N: usize, const M: usize] DualVec<DualVec<f64, N>, M>: DualVec<f64, N>,
    [const N: usize] DualVec<Reverse<f64>, N>: Reverse<f64>,
    [] BReverse<f64>: f64,
    [] BReverse<Dual<f64>>: Dual<f64>
);

/// Forward mode in forward mode.
pub(super) struct ForwardForward;

/// Reverse mode in forward mode.
pub(super) struct ForwardReverse;

/// Forward mode in reverse mode.
pub(super) struct ReverseForward;

fn forward<N: Float>(f: &impl Held<N>, [x, y]: [N; 2]) -> (N, [N; 2])
where
    DualVec<N, 2>: Over<N>,
{
    let y = f.call([DualVec::with_tangent(x, 0), DualVec::with_tangent(y, 1)]);
    (y.re, y.eps)
}

impl<N: Float> Inner<N> for ForwardForward
where
    DualVec<N, 2>: Over<N>,
{
    fn gradient(f: &impl Held<N>, x: [N; 2]) -> (N, [N; 2]) {
        forward(f, x)
    }
}

impl<N: Float> Inner<N> for ReverseForward
where
    DualVec<N, 2>: Over<N>,
{
    fn gradient(f: &impl Held<N>, x: [N; 2]) -> (N, [N; 2]) {
        forward(f, x)
    }
}

impl<N: BtapeThreadLocal> Inner<N> for ForwardReverse
where
    BReverse<N>: Over<N>,
{
    fn gradient(f: &impl Held<N>, x: [N; 2]) -> (N, [N; 2]) {
        let (tape, value) = ::echidna::record(|x: &[BReverse<N>]| f.call([x[0], x[1]]), &x);
        let adjoints = tape.reverse(tape.output_index() as u32);
        (value, [adjoints[0], adjoints[1]])
    }
}

impl<const K: usize> Nest<K> for ForwardForward {
    type Outer = DualVec<f64, K>;

    fn outer_gradient(
        f: impl Fn([DualVec<f64, K>; K]) -> Result<DualVec<f64, K>, Failure>,
        x: [f64; K],
    ) -> Result<(f64, [f64; K]), Failure> {
        let y = f(std::array::from_fn(|i| DualVec::with_tangent(x[i], i)))?;
        Ok((y.re, y.eps))
    }
}

/// Its tapes are of dual numbers with one tangent.
impl<const K: usize> Nest<K> for ForwardReverse {
    type Outer = Dual<f64>;

    fn outer_gradient(
        f: impl Fn([Dual<f64>; K]) -> Result<Dual<f64>, Failure>,
        x: [f64; K],
    ) -> Result<(f64, [f64; K]), Failure> {
        let (mut value, mut gradient) = (f64::NAN, [0.0; K]);
        for (i, slope) in gradient.iter_mut().enumerate() {
            let mut seeded = x.map(Dual::constant);
            seeded[i] = Dual::variable(x[i]);
            let y = f(seeded)?;
            (value, *slope) = (y.re, y.eps);
        }
        Ok((value, gradient))
    }
}

impl<const K: usize> Nest<K> for ReverseForward {
    type Outer = Reverse<f64>;

    fn outer_gradient(
        f: impl Fn([Reverse<f64>; K]) -> Result<Reverse<f64>, Failure>,
        x: [f64; K],
    ) -> Result<(f64, [f64; K]), Failure> {
        let mut failure = None;
        let traced = |x: &[Reverse<f64>]| {
            let y = f(std::array::from_fn(|i| x[i]));
            vec![y.unwrap_or_else(|error| {
                failure = Some(error);
                Reverse::constant(f64::NAN)
            })]
        };
        let (values, gradient) = ::echidna::vjp(traced, &x, &[1.0]);
        match failure {
            Some(error) => Err(error),
            None => Ok((values[0], std::array::from_fn(|i| gradient[i]))),
        }
    }
}
