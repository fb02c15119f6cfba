//! `MatrixFree<P>`: products with the Hessian in place of the Hessian.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use anygrad_core::num_traits::Zero;
use anygrad_core::{Point, Tree};
use argmin::core::{CostFunction, Error as Boxed, Gradient, Hessian, Jacobian, Operator};
use argmin_math::ArgminDot;

use super::check_finite;
use crate::Error;

/// A problem with products `H·v`, where `H` is its Hessian or what it takes for one.
pub trait Curvature {
    /// Where the product is taken, and along what.
    type Point: Point;

    /// `H(x)·v`, shaped as `x`.
    ///
    /// # Errors
    /// Those of the backend; `DimensionMismatch` inside [`Error::Derivative`] if `v` is not shaped as `x`.
    fn curvature(&self, x: &Self::Point, v: &Self::Point) -> Result<Self::Point, Error>;
}

/// A problem whose Hessian is [`HessianAt`], which knows its products alone: for Newton-CG, Steihaug's and Cauchy's trust
/// regions, and whatever else asks argmin's Hessian for nothing but `H·v`.
///
/// Newton-CG takes two products in each of its inner iterations, so this is cheaper than a dense Hessian if these are fewer
/// than half the inputs, and it takes `n` numbers of memory instead of `n²`. (Newton-CG of argmin 0.11 ends the inner
/// iterations once the *squared* norm of their residual is below about the gradient's norm: where that is below 1, it makes
/// one and is steepest descent. Multiply such a function by a constant, `10⁸` say, or take a trust region with Steihaug's
/// method.) A product costs [`Backend::hvp`](anygrad_core::Backend::hvp) of a [`Problem`](super::Problem), a pushforward
/// and a pullback of [`LeastSquares`](super::LeastSquares).
///
/// ```
/// use anygrad_adapters::argmin::{MatrixFree, Problem};
/// use anygrad_core::{Differentiable, Scalar};
/// use anygrad_reverse::Reverse;
/// use argmin::core::Hessian;
/// use argmin_math::ArgminDot;
///
/// /// `x₀²·x₁`.
/// struct Monomial;
/// impl Differentiable for Monomial {
///     type Input = Vec<f64>;
///     type Output = f64;
///     fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
///         x[0] * x[0] * x[1]
///     }
/// }
///
/// let problem = MatrixFree::new(Problem::new(Monomial, Reverse::new()));
/// let hessian = problem.hessian(&vec![3.0, 5.0])?;
/// assert_eq!(hessian.dot(&vec![1.0, 2.0]), [22.0, 6.0]);
/// # Ok::<(), argmin::core::Error>(())
/// ```
///
/// # Errors
/// Those of the problem. `ArgminDot` cannot return one: after a failure, or a product that is not finite, the product is 0,
/// which ends the inner iterations, and the next thing that the solver asks of the problem fails with that [`Error`]. If it
/// asks for nothing more, [`failure`](Self::failure) has it.
pub struct MatrixFree<P> {
    shared: Arc<Shared<P>>,
}

struct Shared<P> {
    problem: P,
    failure: Mutex<Option<Error>>,
}

impl<P> Shared<P> {
    fn failure(&self) -> Option<Error> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn fail(&self, error: Error) {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }
}

/// The Hessian of a problem at a point, which is never formed: `dot` is `H·v`.
pub struct HessianAt<P: Curvature> {
    shared: Arc<Shared<P>>,
    point: P::Point,
}

impl<P> MatrixFree<P> {
    /// The same problem without a matrix.
    pub fn new(problem: P) -> Self {
        Self { shared: Arc::new(Shared { problem, failure: Mutex::new(None) }) }
    }

    /// The first failure of a product that nobody was told of yet.
    pub fn failure(&self) -> Option<Error> {
        self.shared.failure()
    }

    /// The problem, unless a product has failed.
    fn problem(&self) -> Result<&P, Error> {
        self.failure().map_or(Ok(&self.shared.problem), Err)
    }
}

impl<P: CostFunction> CostFunction for MatrixFree<P> {
    type Param = P::Param;
    type Output = P::Output;

    fn cost(&self, x: &P::Param) -> Result<P::Output, Boxed> {
        self.problem()?.cost(x)
    }
}

impl<P: Gradient> Gradient for MatrixFree<P> {
    type Param = P::Param;
    type Gradient = P::Gradient;

    fn gradient(&self, x: &P::Param) -> Result<P::Gradient, Boxed> {
        self.problem()?.gradient(x)
    }
}

impl<P: Operator> Operator for MatrixFree<P> {
    type Param = P::Param;
    type Output = P::Output;

    fn apply(&self, x: &P::Param) -> Result<P::Output, Boxed> {
        self.problem()?.apply(x)
    }
}

impl<P: Jacobian> Jacobian for MatrixFree<P> {
    type Param = P::Param;
    type Jacobian = P::Jacobian;

    fn jacobian(&self, x: &P::Param) -> Result<P::Jacobian, Boxed> {
        self.problem()?.jacobian(x)
    }
}

impl<P: Curvature<Point: Clone>> Hessian for MatrixFree<P> {
    type Param = P::Point;
    type Hessian = HessianAt<P>;

    fn hessian(&self, x: &P::Point) -> Result<HessianAt<P>, Boxed> {
        self.problem()?;
        Ok(HessianAt { shared: Arc::clone(&self.shared), point: x.clone() })
    }
}

impl<P: Curvature> ArgminDot<P::Point, P::Point> for HessianAt<P> {
    fn dot(&self, v: &P::Point) -> P::Point {
        let product = self.shared.problem.curvature(&self.point, v).and_then(|product| {
            check_finite("product with the Hessian", flat(&product))?;
            Ok(product)
        });
        product.unwrap_or_else(|error| {
            self.shared.fail(error);
            P::Point::map::<Leaf<P>, Leaf<P>>(&self.point, &mut |_| Leaf::<P>::zero())
        })
    }
}

/// The float at the leaves of a problem's points.
type Leaf<P> = <<P as Curvature>::Point as Tree>::Leaf;

fn flat<X: Point>(point: &X) -> Vec<X::Leaf> {
    X::flatten::<X::Leaf>(point)
}

impl<P> Clone for MatrixFree<P> {
    /// The same problem, failures included.
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<P: Curvature<Point: Clone>> Clone for HessianAt<P> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), point: self.point.clone() }
    }
}

impl<P: fmt::Debug> fmt::Debug for MatrixFree<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MatrixFree").field(&self.shared.problem).finish()
    }
}

impl<P: Curvature<Point: fmt::Debug>> fmt::Debug for HessianAt<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HessianAt").field(&self.point).finish()
    }
}
