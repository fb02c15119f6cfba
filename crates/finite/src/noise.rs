//! `noise`: how far a function's values scatter about a smooth curve.

use anygrad_core::num_traits::{Float, One, Zero};
use anygrad_core::{Differentiable, Error, Leaf, Real, Scalar, Tree};

use crate::backend::with_probe;
use crate::probe::{Direction, Probe};

/// Function values in one difference table.
const POINTS: usize = 7;

/// How many spacings are tried.
const ATTEMPTS: usize = 8;

/// The ratios of other spacings to the first, the golden and the plastic one: no period is in step with all three.
const RATIOS: [f64; 2] = [1.618_033_988_749_895, 1.324_717_957_244_746];

/// How alike the estimates of successive columns must be.
const AGREEMENT: f64 = 4.0;

/// The noise of a function's values near `x`, as a standard deviation in the units of each output; 0 where none is found.
///
/// The values at 7 equally spaced points along `direction` go into a table of differences. A smooth function fades from the
/// higher columns, independent errors of standard deviation σ stay: the k-th differences have variance `σ²·(2k)!/(k!)²`.
/// Where three successive columns agree on σ to a factor of 4 and the first of them changes sign, σ is the answer, or what
/// two other spacings say, if that is more: values that go up in stairs look smooth where the spacing is in step with these.
/// Otherwise the spacing, at first `ε^¾·max(|x|, 1)`, is made 100 times larger (most values alike) or smaller (too much
/// curvature), by less after a turn. If none serves it is the grid on which the values were seen to lie.
/// (Hamming 1971; Moré & Wild 2011, "Estimating computational noise".)
///
/// Cost: 19 to 61 evaluations, and up to 145 for several outputs of different noise.
///
/// ```
/// use anygrad_core::{Differentiable, Scalar};
///
/// /// `f(x) = (10⁶ + sin x) − 10⁶`, with ten digits lost on the way.
/// struct Cancelling;
/// impl Differentiable for Cancelling {
///     type Input = f64;
///     type Output = f64;
///     fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
///         (x.sin() + 1e6) - 1e6
///     }
/// }
///
/// // The values lie on multiples of 2⁻³³ = 1.16e-10, evenly rounded: σ = 2⁻³³/√12 = 3.4e-11.
/// let noise = anygrad_finite::noise(&Cancelling, &1.0, &1.0)?;
/// assert!(1e-11 < noise && noise < 1e-10);
/// # Ok::<(), anygrad_core::Error>(())
/// ```
///
/// # Errors
/// [`Error::DimensionMismatch`] if `direction` is not shaped as `x`.
pub fn noise<F: Differentiable>(f: &F, x: &F::Input, direction: &F::Input) -> Result<F::Output, Error> {
    F::Input::check_shape::<Leaf<F>, Leaf<F>>("direction", x, direction)?;
    let direction = F::Input::flatten::<Leaf<F>>(direction);
    with_probe::<F, Leaf<F>, _>(f, x, Leaf::<F>::epsilon(), |y, probe| {
        let direction = Direction::Along(&direction);
        let measured = measure(probe, direction, probe.scale(direction))?;
        F::Output::refill::<Leaf<F>, Leaf<F>>(y, &mut measured.into_iter())
    })
}

/// The noise of every output along a direction, seen at distances far below `scale`.
pub(crate) fn measure<T: Scalar>(
    probe: &Probe<'_, T>,
    direction: Direction<'_, T>,
    scale: T::Real,
) -> Result<Vec<T::Real>, Error> {
    let mut noise = vec![T::Real::zero(); probe.base.len()];
    if !scale.is_finite() || !probe.is_finite(direction) {
        return Ok(noise);
    }
    let mut spacing = T::Real::epsilon().powf(T::Real::narrow(0.75)) * scale;
    let mut open: Vec<usize> = (0..noise.len()).filter(|&i| probe.base[i].is_finite()).collect();
    let (mut factor, mut grew) = (100.0_f64, None);
    for _ in 0..ATTEMPTS {
        let Some(table) = sample(probe, direction, spacing)? else { break };
        let mut others = Vec::new();
        let (mut coarser, mut undecided) = (0, Vec::new());
        for i in open {
            let level = |table: &[Vec<T::Real>]| from_differences(table.iter().map(|values| values[i]).collect());
            match level(&table) {
                Level::Found(found) => {
                    if others.is_empty() {
                        for ratio in RATIOS {
                            others.extend(sample(probe, direction, spacing * T::Real::narrow(ratio))?);
                        }
                    }
                    noise[i] = others.iter().fold(found, |most, table| most.max(level(table).size()));
                }
                Level::TooFine(grain) => {
                    coarser += 1;
                    undecided.push(i);
                    // What is left if no spacing serves.
                    noise[i] = noise[i].max(grain);
                }
                Level::TooCoarse => undecided.push(i),
            }
        }
        if undecided.is_empty() {
            break;
        }
        let grow = 2 * coarser >= undecided.len();
        if grew.is_some_and(|grew| grew != grow) {
            factor = factor.sqrt();
        }
        grew = Some(grow);
        spacing *= T::Real::narrow(if grow { factor } else { factor.recip() });
        open = undecided;
    }
    Ok(noise)
}

/// The primal outputs at equally spaced points about the base; `None` if one is not finite.
fn sample<T: Scalar>(
    probe: &Probe<'_, T>,
    direction: Direction<'_, T>,
    spacing: T::Real,
) -> Result<Option<Vec<Vec<T::Real>>>, Error> {
    let primals = |y: &[T]| y.iter().map(|y| y.primal()).collect();
    let mut table = Vec::with_capacity(POINTS);
    let middle = (POINTS / 2) as f64;
    for k in 0..POINTS {
        let t = spacing * T::Real::narrow(k as f64 - middle);
        if t.is_zero() {
            table.push(primals(probe.base));
            continue;
        }
        match probe.at(&[(direction, t)])? {
            Some(y) => table.push(primals(&y)),
            None => return Ok(None),
        }
    }
    Ok(Some(table))
}

/// What a difference table says.
enum Level<R> {
    /// The standard deviation.
    Found(R),
    /// Most values are alike; the others lie on a grid of this standard deviation.
    TooFine(R),
    /// The curvature shows in every column.
    TooCoarse,
}

impl<R: Real> Level<R> {
    /// The standard deviation that is known, 0 if none is.
    fn size(self) -> R {
        match self {
            Self::Found(size) | Self::TooFine(size) => size,
            Self::TooCoarse => R::zero(),
        }
    }
}

/// σ from the columns of a difference table.
fn from_differences<R: Real>(mut column: Vec<R>) -> Level<R> {
    let alike = column.windows(2).filter(|pair| pair[0] == pair[1]).count();
    if 2 * alike >= column.len() {
        let apart = column.windows(2).map(|pair| (pair[1] - pair[0]).abs()).filter(|&d| d > R::zero());
        let grain = apart.fold(R::infinity(), R::min);
        return Level::TooFine(if grain.is_finite() { grain / R::narrow(12.0).sqrt() } else { R::zero() });
    }
    let (mut gamma, mut levels) = (R::one(), Vec::new());
    for k in 1..POINTS {
        column = column.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let k = R::narrow(k as f64);
        gamma = gamma * k / (R::narrow(4.0) * k - R::narrow(2.0));
        let squares = column.iter().fold(R::zero(), |sum, &d| sum + d * d);
        let mean = squares / R::from_usize(column.len()).unwrap_or_else(R::one);
        let changes_sign = column.iter().any(|d| *d < R::zero()) && column.iter().any(|d| *d > R::zero());
        levels.push(((gamma * mean).sqrt(), changes_sign));
    }
    let agree = |window: &&[(R, bool)]| {
        let low = window.iter().fold(R::infinity(), |low, level| low.min(level.0));
        let high = window.iter().fold(R::zero(), |high, level| high.max(level.0));
        window[0].1 && high <= low * R::narrow(AGREEMENT)
    };
    match levels.windows(3).find(agree) {
        Some(window) => Level::Found(window[0].0),
        None => Level::TooCoarse,
    }
}

/// A direction in which every input moves in proportion to itself, by amounts and signs that share no pattern with the
/// function.
pub(crate) fn scattered<T: Scalar>(x: &[T]) -> Vec<T> {
    let part = |(j, x): (usize, &T)| {
        let share = ((j + 1) as f64 * 0.618_033_988_749_895).fract() + 0.5;
        let size = x.primal().abs();
        let size = if size > T::Real::zero() { size } else { T::Real::one() };
        let signed = T::Real::narrow(if j % 3 == 1 { -share } else { share });
        T::constant(size * signed)
    };
    x.iter().enumerate().map(part).collect()
}
