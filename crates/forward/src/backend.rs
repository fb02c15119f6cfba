//! The backend: pushforwards, and gradients and Jacobians in chunks of tangents.

use anygrad_core::{
    Backend, Dense, Differentiable, Error, In, Leaf, Mode, Out, Scalar, Tree, is_inactive, single_output,
};

use crate::Dual;

/// Forward mode with `N` tangents at once.
///
/// A gradient or a Jacobian of `n` inputs takes `⌈n/N⌉` evaluations of the function over [`Dual<T, N>`](Dual). Each lane
/// computes what it would compute alone, so the chunk size changes no bit of the result.
///
/// ```
/// use anygrad_core::{Backend, Differentiable, Scalar};
/// use anygrad_forward::Forward;
///
/// struct Product;
/// impl Differentiable for Product {
///     type Input = [f64; 2];
///     type Output = f64;
///     fn call<S: Scalar<Real = f64>>(&self, [x, y]: &[S; 2]) -> S {
///         *x * *y
///     }
/// }
///
/// assert_eq!(Forward::new().gradient(&Product, &[-2.0, 3.0]), Ok([3.0, -2.0]));
/// assert_eq!(Forward::with_chunk::<1>().gradient(&Product, &[-2.0, 3.0]), Ok([3.0, -2.0]));
/// ```
///
/// # Errors
/// [`Error::InvalidConfig`] from every gradient or Jacobian of a chunk of 0 or more than 64 tangents.
#[derive(Clone, Copy, Debug)]
pub struct Forward<const N: usize = 8>(());

impl Forward {
    /// The default chunk of 8 tangents.
    pub const fn new() -> Self {
        Self(())
    }

    /// Chunks of `N` tangents, 1 to 64.
    pub const fn with_chunk<const N: usize>() -> Forward<N> {
        Forward(())
    }
}

impl Default for Forward {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> Forward<N> {
    fn check_chunk() -> Result<(), Error> {
        if (1..=64).contains(&N) {
            Ok(())
        } else {
            Err(Error::InvalidConfig { field: "chunk", expected: "1 to 64 tangents", found: N.to_string() })
        }
    }

    /// Runs the function once a chunk and hands each output's tangents to `take(first input, output)`.
    fn sweep<F, T>(f: &F, x: &In<F, T>, mut take: impl FnMut(usize, usize, &Out<F, Dual<T, N>>)) -> Result<(), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        Self::check_chunk()?;
        let n = F::Input::count::<T>(x);
        let mut seeded = F::Input::map::<T, Dual<T, N>>(x, &mut Dual::from);
        let mut first = 0;
        loop {
            let mut index = 0;
            F::Input::each_mut::<Dual<T, N>>(&mut seeded, &mut |dual| {
                dual.clear();
                if (first..first + N).contains(&index) {
                    dual.seed(index - first, T::one());
                }
                index += 1;
            });
            take(first, N.min(n - first), &f.call::<Dual<T, N>>(&seeded));
            first += N;
            if first >= n {
                return Ok(());
            }
        }
    }
}

impl<const N: usize> Backend for Forward<N> {
    const MODE: Mode = Mode::Pushforward;

    fn name(&self) -> &'static str {
        "forward"
    }

    fn pushforward<F, T>(&mut self, f: &F, x: &In<F, T>, dx: &In<F, T>) -> Result<(Out<F, T>, Out<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let mut tangents = Vec::new();
        F::Input::zip::<T, T>(x, dx, &mut |_, tangent| tangents.push(tangent)).map_err(|bad| bad.of("tangent"))?;
        let mut tangents = tangents.into_iter();
        let seeded = F::Input::map::<T, Dual<T, 1>>(x, &mut |leaf| {
            let mut dual = Dual::from(leaf);
            if let Some(tangent) = tangents.next().filter(|&tangent| !is_inactive(tangent)) {
                dual.seed(0, tangent);
            }
            dual
        });
        let y = f.call::<Dual<T, 1>>(&seeded);
        Ok((
            F::Output::map::<Dual<T, 1>, T>(&y, &mut |leaf| leaf.primal),
            F::Output::map::<Dual<T, 1>, T>(&y, &mut |leaf| leaf.tangent(0)),
        ))
    }

    fn gradient_over<F, T>(&mut self, f: &F, x: &In<F, T>) -> Result<(T, In<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let mut value = Ok(T::zero());
        let mut gradient = F::Input::map::<T, T>(x, &mut |_| T::zero());
        Self::sweep::<F, T>(f, x, |first, width, y| match single_output::<F, Dual<T, N>>(y) {
            Ok(y) => {
                value = Ok(y.primal);
                let mut index = 0;
                F::Input::each_mut::<T>(&mut gradient, &mut |slot| {
                    if (first..first + width).contains(&index) {
                        *slot = y.tangent(index - first);
                    }
                    index += 1;
                });
            }
            Err(error) => value = Err(error),
        })?;
        Ok((value?, gradient))
    }

    fn jacobian_into<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        jacobian: &mut Dense<Leaf<F>>,
    ) -> Result<F::Output, Error> {
        let n = F::Input::count::<Leaf<F>>(x);
        let mut value = None;
        Self::sweep::<F, Leaf<F>>(f, x, |first, width, y| {
            let value = value.get_or_insert_with(|| {
                jacobian.reset(F::Output::count::<Dual<Leaf<F>, N>>(y), n);
                F::Output::map::<Dual<Leaf<F>, N>, Leaf<F>>(y, &mut |leaf| leaf.primal)
            });
            let mut i = 0;
            debug_assert_eq!(F::Output::count::<Leaf<F>>(value), jacobian.shape().0);
            F::Output::each::<Dual<Leaf<F>, N>>(y, &mut |leaf| {
                for (lane, entry) in jacobian.row_mut(i)[first..first + width].iter_mut().enumerate() {
                    *entry = leaf.tangent(lane);
                }
                i += 1;
            });
        })?;
        value.ok_or(Error::DimensionMismatch { what: "output", expected: 1, found: 0 })
    }
}
