//! `Scalar`: what programs compute with.

use std::fmt::{Debug, Display};
use std::iter::{Product, Sum};
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Rem, RemAssign, Sub, SubAssign};

use num_traits::{Float, FloatConst, Zero};
use smallvec::SmallVec;

use crate::arrays::{self, Array, Block};
use crate::gates;
use crate::loops::Repeat;
use crate::{Binary, Nary, Real, Relation, Unary};

/// A number that a program computes with: a float, a dual number, a tape variable, or any nesting of them.
///
/// Every scalar is a [`num_traits::Float`], so `exp`, `sin`, `powi`, `max` … are the methods of that trait, and a
/// function already written for `T: Float` is differentiable as it stands. Floats stand on the right of an
/// operator as they are (`x * 2.0`); on the left they are lifted (`S::lit(2.0) * x`). Comparisons look at the
/// primal and at nothing else.
///
/// A backend supplies the five methods without a body, and takes its operators and its `Float` from
/// [`impl_scalar_traits!`](crate::impl_scalar_traits).
///
/// ```
/// use anygrad_core::Scalar;
///
/// fn neuron<S: Scalar>([a, b, c, x, y]: [S; 5]) -> S {
///     S::one() / (S::one() + (-(a * x + b * y + c)).exp())
/// }
///
/// assert_eq!(neuron([1.0, 2.0, -3.0, -1.0, 3.0]), 0.8807970779778823);
/// ```
pub trait Scalar:
    Float
    + FloatConst
    + Add<<Self as Scalar>::Real, Output = Self>
    + Sub<<Self as Scalar>::Real, Output = Self>
    + Mul<<Self as Scalar>::Real, Output = Self>
    + Div<<Self as Scalar>::Real, Output = Self>
    + Rem<<Self as Scalar>::Real, Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + RemAssign
    + AddAssign<<Self as Scalar>::Real>
    + SubAssign<<Self as Scalar>::Real>
    + MulAssign<<Self as Scalar>::Real>
    + DivAssign<<Self as Scalar>::Real>
    + RemAssign<<Self as Scalar>::Real>
    + Sum
    + for<'a> Sum<&'a Self>
    + Product
    + for<'a> Product<&'a Self>
    + Debug
    + Display
{
    /// The leaf, `f32` or `f64`.
    type Real: Real;

    /// What an array of these numbers is; [`Elements<Self>`](arrays::Elements) serves every scalar.
    type Array: Array<Self>;

    /// A number that does not depend on any input.
    fn constant(c: Self::Real) -> Self;

    /// The value, with every derivative stripped.
    fn primal(self) -> Self::Real;

    /// Applies a gate of one argument.
    fn unary<G: Unary<Self::Real>>(self, gate: G) -> Self;

    /// Applies a gate of two arguments.
    fn binary<G: Binary<Self::Real>>(self, gate: G, rhs: Self) -> Self;

    /// Applies a gate of any number of arguments.
    fn nary<G: Nary<Self::Real>>(gate: G, args: &[Self]) -> Self;

    /// Whether a relation holds between two numbers: all comparisons ask this. By the primals; a scalar over another scalar
    /// passes the question on, and one that records keeps the answer.
    #[inline]
    #[track_caller]
    fn holds(self, relation: Relation, other: Self) -> bool {
        relation.holds(self.primal(), other.primal())
    }

    /// Whether the number is known to depend on no input, at any level of nesting.
    #[inline]
    fn is_constant(self) -> bool {
        false
    }

    /// Whether `test` holds for every float that the number carries: the primal and all its tangents.
    #[inline]
    fn every(self, test: impl Fn(Self::Real) -> bool + Copy) -> bool {
        test(self.primal())
    }

    /// Runs a loop; a scalar that records keeps its body once. What [`loops`](crate::loops) call.
    #[inline]
    fn repeat<L: Repeat<Self>>(body: L) -> L::Output {
        body.run()
    }

    /// Applies an operation on whole arrays, whose lengths are those of the block. By default each output is a gate of many
    /// arguments; a backend that keeps arrays in a form of its own applies the rules of the block once.
    ///
    /// # Panics
    /// If the arrays have not the lengths that the block says: check the shapes before.
    #[track_caller]
    fn block<B: Block<Self::Real>>(block: B, args: &[&Self::Array]) -> Self::Array {
        arrays::by_gates::<Self, B>(block, args)
    }

    /// A constant, from a literal: `S::lit(0.5)`.
    #[inline]
    fn lit(c: f64) -> Self {
        Self::constant(Self::Real::narrow(c))
    }

    /// The same value as a constant: no derivative flows through, at any order (stop-gradient). Finite differences see values
    /// alone and know nothing of it.
    #[inline]
    #[track_caller]
    fn detach(self) -> Self {
        self.unary(gates::Detach)
    }

    /// `positive` where `self > 0`, otherwise `otherwise`; NaN where `self` is NaN. No derivative flows to `self` or to the
    /// side that is not chosen.
    #[inline]
    #[track_caller]
    fn select(self, positive: Self, otherwise: Self) -> Self {
        Self::nary(gates::Select, &[self, positive, otherwise])
    }

    /// `self` raised to a constant exponent, `y = xᶜ`; `y′ = c·xᶜ⁻¹`. With both active: [`Float::powf`].
    #[inline]
    #[track_caller]
    fn pow_const(self, exponent: Self::Real) -> Self {
        if exponent == Self::Real::zero() { Self::one() } else { self.unary(gates::Powf { exponent }) }
    }

    /// `y = 1/√x`; `y′ = −½·y/x`.
    #[inline]
    #[track_caller]
    fn rsqrt(self) -> Self {
        self.unary(gates::Rsqrt)
    }

    /// The logistic function, `σ(x) = 1/(1 + e⁻ˣ)`, without overflow; `σ′ = σ(x)·σ(−x)`.
    #[inline]
    #[track_caller]
    fn sigmoid(self) -> Self {
        self.unary(gates::Sigmoid)
    }

    /// `ln σ(x)`, without cancellation.
    #[inline]
    #[track_caller]
    fn log_sigmoid(self) -> Self {
        self.unary(gates::LogSigmoid)
    }

    /// `ln(1 + eˣ)`, without overflow.
    #[inline]
    #[track_caller]
    fn softplus(self) -> Self {
        self.unary(gates::Softplus)
    }

    /// `max(x, 0)`, with derivative 0 at 0.
    #[inline]
    #[track_caller]
    fn relu(self) -> Self {
        self.unary(gates::Relu)
    }

    /// `x·σ(x)`.
    #[inline]
    #[track_caller]
    fn silu(self) -> Self {
        self.unary(gates::Silu)
    }

    /// `x·Φ(x)`, with the normal distribution function `Φ` (the exact form of Hendrycks & Gimpel 2016).
    #[inline]
    #[track_caller]
    fn gelu(self) -> Self {
        self.unary(gates::Gelu)
    }

    /// The error function.
    #[inline]
    #[track_caller]
    fn erf(self) -> Self {
        self.unary(gates::Erf)
    }

    /// `1 − erf x`, accurate where that is small.
    #[inline]
    #[track_caller]
    fn erfc(self) -> Self {
        self.unary(gates::Erfc)
    }

    /// `ln |Γ(x)|`.
    #[inline]
    #[track_caller]
    fn ln_gamma(self) -> Self {
        self.unary(gates::LnGamma)
    }

    /// `ψ(x)`, the derivative of `ln Γ`.
    #[inline]
    #[track_caller]
    fn digamma(self) -> Self {
        self.unary(gates::Polygamma { order: 0 })
    }

    /// `self·ln y`, and 0 where `self` is 0.
    #[inline]
    #[track_caller]
    fn xlogy(self, y: Self) -> Self {
        self.binary(gates::Xlogy, y)
    }

    /// `ln(eᵃ + eᵇ)`, without overflow.
    #[inline]
    #[track_caller]
    fn logaddexp(self, other: Self) -> Self {
        self.binary(gates::Logaddexp, other)
    }

    /// `Σ xᵢ`, added from left to right, as one gate.
    #[inline]
    #[track_caller]
    fn sum_of(terms: &[Self]) -> Self {
        Self::nary(gates::SumOf, terms)
    }

    /// `Π xᵢ`, multiplied from left to right, as one gate.
    #[inline]
    #[track_caller]
    fn product_of(factors: &[Self]) -> Self {
        Self::nary(gates::ProductOf, factors)
    }

    /// `Σ aᵢ·bᵢ`, added from left to right, as one gate.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    fn dot(a: &[Self], b: &[Self]) -> Self {
        assert_eq!(a.len(), b.len(), "dot: expected two slices of one length");
        let mut args = SmallVec::<[Self; 32]>::with_capacity(2 * a.len());
        args.extend_from_slice(a);
        args.extend_from_slice(b);
        Self::nary(gates::Dot, &args)
    }

    /// `√(Σ xᵢ²)`, without overflow or underflow; all partials are 0 at the origin.
    #[inline]
    #[track_caller]
    fn norm(components: &[Self]) -> Self {
        Self::nary(gates::Norm, components)
    }

    /// `ln Σ exp xᵢ`, without overflow; the partials are the softmax weights.
    #[inline]
    #[track_caller]
    fn logsumexp(terms: &[Self]) -> Self {
        Self::nary(gates::Logsumexp, terms)
    }
}
