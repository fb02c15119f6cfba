//! `Flat<F>`: a function of a structure as a function of a `Vec`.

use anygrad_core::{Differentiable, Error, Leaf, Out, Scalar, Tree};

/// A function of arrays, tuples or structs as a function of the `Vec` of their numbers, in order, which `argmin-math` can
/// compute with.
///
/// ```
/// use anygrad_adapters::argmin::{Flat, Problem};
/// use anygrad_core::{Differentiable, Scalar};
/// use anygrad_reverse::Reverse;
/// use argmin::core::Gradient;
///
/// /// `s·v·v`.
/// struct Scaled;
/// impl Differentiable for Scaled {
///     type Input = (f64, [f64; 2]);
///     type Output = f64;
///     fn call<S: Scalar<Real = f64>>(&self, (s, v): &(S, [S; 2])) -> S {
///         *s * (v[0] * v[0] + v[1] * v[1])
///     }
/// }
///
/// let flat = Flat::new(Scaled, (2.0, [3.0, 4.0]));
/// let start = flat.start();
/// assert_eq!(start, [2.0, 3.0, 4.0]);
/// assert_eq!(Problem::new(&flat, Reverse::new()).gradient(&start)?, [25.0, 12.0, 16.0]);
/// assert_eq!(flat.point(&[1.0, 0.0, 5.0]), Some((1.0, [0.0, 5.0])));
/// # Ok::<(), argmin::core::Error>(())
/// ```
///
/// # Errors
/// [`Error::DimensionMismatch`] from every operator for a `Vec` of another length. (Only `call`, which cannot return it,
/// takes every input for NaN there.)
#[derive(Clone, Debug)]
pub struct Flat<F: Differentiable> {
    function: F,
    start: F::Input,
}

impl<F: Differentiable> Flat<F> {
    /// A function, and a point that tells its structure: where to start, for one.
    pub fn new(function: F, start: F::Input) -> Self {
        Self { function, start }
    }

    /// The numbers of the point that was given.
    pub fn start(&self) -> Vec<Leaf<F>> {
        F::Input::flatten::<Leaf<F>>(&self.start)
    }

    /// The structure with these numbers; `None` if they are not as many.
    pub fn point(&self, numbers: &[Leaf<F>]) -> Option<F::Input> {
        (numbers.len() == self.inputs()).then(|| self.filled(numbers))
    }

    /// The function.
    pub fn function(&self) -> &F {
        &self.function
    }

    fn inputs(&self) -> usize {
        F::Input::count::<Leaf<F>>(&self.start)
    }

    /// The structure with these numbers, or with NaN if they are not as many.
    fn filled<S: Scalar<Real = Leaf<F>>>(&self, numbers: &[S]) -> <F::Input as Tree>::Of<S> {
        let fits = numbers.len() == self.inputs();
        let mut numbers = numbers.iter().copied().filter(|_| fits);
        F::Input::map::<Leaf<F>, S>(&self.start, &mut |_| numbers.next().unwrap_or_else(S::nan))
    }
}

impl<F: Differentiable> Differentiable for Flat<F> {
    type Input = Vec<Leaf<F>>;
    type Output = F::Output;

    fn call<S: Scalar<Real = Leaf<F>>>(&self, x: &Vec<S>) -> Out<F, S> {
        self.function.call::<S>(&self.filled(x))
    }

    fn try_call<S: Scalar<Real = Leaf<F>>>(&self, x: &Vec<S>) -> Result<Out<F, S>, Error> {
        let (expected, found) = (self.inputs(), x.len());
        if found == expected {
            self.function.try_call::<S>(&self.filled(x))
        } else {
            Err(Error::DimensionMismatch { what: "point", expected, found })
        }
    }
}
