//! `particle` and `saddle`: one derivative in another.

use anygrad::Error as Failure;
use serde_json::{Value, json};

use super::number::Number;
use crate::evals::{parse, particle, saddle};
use crate::job::job;
use crate::{Error, Job};

/// Numbers of an inner derivative, over those of type `N`.
pub(super) trait Over<N>: Number {
    /// A number that the inner derivative is not by.
    fn lift(number: N) -> Self;
}

/// A function of two numbers that holds others, of type `N`.
pub(super) trait Held<N> {
    /// Its value.
    fn call<S: Over<N>>(&self, x: [S; 2]) -> S;
}

/// The mode of an inner derivative, over numbers of type `N`.
pub(super) trait Inner<N> {
    /// The value of a function, and its gradient.
    fn gradient(f: &impl Held<N>, x: [N; 2]) -> (N, [N; 2]);
}

/// The modes of an outer derivative by `K` inputs and of one inside of it.
pub(super) trait Nest<const K: usize>: Inner<f64> + Inner<<Self as Nest<K>>::Outer> {
    /// The numbers of the outer derivative.
    type Outer: Number;

    /// The value of a function, and its gradient.
    ///
    /// # Errors
    /// What the function says.
    fn outer_gradient(
        f: impl Fn([Self::Outer; K]) -> Result<Self::Outer, Failure>,
        x: [f64; K],
    ) -> Result<(f64, [f64; K]), Failure>;
}

/// What is solved by two modes.
pub(super) trait Problem {
    /// Its solution.
    fn job<T: Nest<1> + Nest<2>>(self, library: &'static str) -> Box<dyn Job>;
}

/// The charge that makes a particle land where it is meant to.
pub(super) struct Particle {
    w: f64,
}

impl Particle {
    pub(super) fn read(input: Value) -> Result<Self, Error> {
        let particle::Input { w } = parse(particle::EVAL.name, input)?;
        Ok(Self { w })
    }
}

impl Problem for Particle {
    fn job<T: Nest<1> + Nest<2>>(self, library: &'static str) -> Box<dyn Job> {
        let evaluate = move |best: &mut f64| {
            let distance = |w: [f64; 1]| <T as Nest<1>>::outer_gradient(|[w]| landing::<T, _>(w), w);
            [*best] = argmin(distance, [self.w])?;
            Ok(())
        };
        job(library, f64::NAN, evaluate, |w| json!(w))
    }
}

/// The potential of charges at `(10, 10 − w)` and `(10, 0)`.
struct Potential<N> {
    w: N,
}

impl<N: Number> Held<N> for Potential<N> {
    fn call<S: Over<N>>(&self, [x, y]: [S; 2]) -> S {
        let near = |up: S| {
            let right = x.shift(-10.0);
            (right * right + up * up).sqrt().recip()
        };
        near(y - (-S::lift(self.w)).shift(10.0)) + near(y)
    }
}

/// A particle that is not down after so many steps is lost.
const LANDING_STEPS: usize = 100_000;

/// How far from 0 the particle lands, squared, by Euler's method.
fn landing<T: Inner<N>, N: Number>(w: N) -> Result<N, Failure> {
    const STEP: f64 = 0.1;
    let mut x = [0.0, 8.0].map(|c| w.constant(c));
    let mut v = [0.75, 0.0].map(|c| w.constant(c));
    for _ in 0..LANDING_STEPS {
        let (_, slope) = T::gradient(&Potential { w }, x);
        x = [x[0] + v[0].scale(STEP), x[1] + v[1].scale(STEP)];
        if x[1].value() <= 0.0 {
            let back = -x[1] / v[1];
            let place = x[0] + back * v[0];
            return Ok(place * place);
        }
        v = [v[0] - slope[0].scale(STEP), v[1] - slope[1].scale(STEP)];
    }
    let found = format!("a height of {}", x[1].value());
    Err(Failure::NotConverged { operation: "particle", iterations: LANDING_STEPS, found })
}

/// The point of a saddle.
pub(super) struct Saddle {
    start: [f64; 2],
}

impl Saddle {
    pub(super) fn read(input: Value) -> Result<Self, Error> {
        let saddle::Input { start } = parse(saddle::EVAL.name, input)?;
        Ok(Self { start })
    }
}

impl Problem for Saddle {
    fn job<T: Nest<1> + Nest<2>>(self, library: &'static str) -> Box<dyn Job> {
        let start = self.start;
        let greatest = move |first| Ok(height(first, lowest::<T, _>(first, start)?));
        let evaluate = move |points: &mut [f64; 4]| {
            let first = argmin(|first| <T as Nest<2>>::outer_gradient(greatest, first), start)?;
            let second = lowest::<T, f64>(first, start)?;
            *points = [first[0], first[1], second[0], second[1]];
            Ok(())
        };
        job(library, [f64::NAN; 4], evaluate, |points| json!(points))
    }
}

/// `x₁² + y₁² − (x₂² + y₂²)`.
fn height<N: Number>([x1, y1]: [N; 2], [x2, y2]: [N; 2]) -> N {
    x1 * x1 + y1 * y1 - (x2 * x2 + y2 * y2)
}

/// Minus the height, by the second point.
struct Depth<N> {
    first: [N; 2],
}

impl<N: Number> Held<N> for Depth<N> {
    fn call<S: Over<N>>(&self, second: [S; 2]) -> S {
        -height(self.first.map(S::lift), second)
    }
}

/// The second point of the greatest height.
fn lowest<T: Inner<N>, N: Number>(first: [N; 2], start: [f64; 2]) -> Result<[N; 2], Failure> {
    argmin(|second| Ok(T::gradient(&Depth { first }, second)), start.map(|start| first[0].constant(start)))
}

/// So many steps are more than any descent takes.
const STEPS: usize = 1_000_000;

/// The point that a descent ends at, as [the evals](crate::evals) ask for it.
fn argmin<N: Number, const K: usize>(
    value_and_gradient: impl Fn([N; K]) -> Result<(N, [N; K]), Failure>,
    start: [N; K],
) -> Result<[N; K], Failure> {
    const TOLERANCE: f64 = 1e-5;
    let (mut x, mut rate, mut successes) = (start, 1e-5, 0);
    let (mut least, mut slope) = value_and_gradient(x)?;
    for _ in 0..STEPS {
        if length(slope) <= TOLERANCE {
            return Ok(x);
        }
        if successes == 10 {
            (rate, successes) = (rate * 2.0, 0);
            continue;
        }
        let next: [N; K] = std::array::from_fn(|i| x[i] - slope[i].scale(rate));
        if length(std::array::from_fn::<f64, K, _>(|i| x[i].value() - next[i].value())) <= TOLERANCE {
            return Ok(x);
        }
        let (found, found_slope) = value_and_gradient(next)?;
        if found.value() < least.value() {
            (x, least, slope, successes) = (next, found, found_slope, successes + 1);
        } else {
            (rate, successes) = (rate / 2.0, 0);
        }
    }
    let found = format!("a gradient of length {:e}", length(slope));
    Err(Failure::NotConverged { operation: "gradient descent", iterations: STEPS, found })
}

fn length<N: Number, const K: usize>(vector: [N; K]) -> f64 {
    vector.iter().map(|component| component.value() * component.value()).sum::<f64>().sqrt()
}
