//! `Operator`: what is asked about a function at a point.

use std::fmt;

/// An operator of [`Backend`](anygrad_core::Backend), as part of a [`Question`](crate::Question).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operator {
    /// The outputs, as the backend computes them along with a derivative.
    Value,
    /// `dy/dx` of a function of one number.
    Derivative,
    /// `d²y/dx²` of a function of one number.
    SecondDerivative,
    /// `∂y/∂xⱼ` of a function with one output.
    Gradient,
    /// `∂yᵢ/∂xⱼ`, row by row.
    Jacobian,
    /// `J·v`.
    Directional,
    /// `(y, J·v)`.
    Pushforward,
    /// `(y, Jᵀ·w)`.
    Pullback,
    /// `H·v` of a function with one output.
    Hvp,
    /// `∂²y/∂xᵢ∂xⱼ` of a function with one output, row by row.
    Hessian,
}

impl Operator {
    /// All of them, in the order in which they are asked.
    pub const ALL: [Self; 10] = [
        Self::Value,
        Self::Jacobian,
        Self::Derivative,
        Self::Gradient,
        Self::Directional,
        Self::Pushforward,
        Self::Pullback,
        Self::Hessian,
        Self::SecondDerivative,
        Self::Hvp,
    ];

    /// Whether the operator is defined for `inputs` scalars in and `outputs` scalars out.
    ///
    /// ```
    /// use anygrad_verify::Operator;
    ///
    /// assert!(Operator::Jacobian.fits(3, 2));
    /// assert!(!Operator::Gradient.fits(3, 2));
    /// ```
    pub fn fits(self, inputs: usize, outputs: usize) -> bool {
        match self {
            Self::Value | Self::Jacobian | Self::Directional | Self::Pushforward | Self::Pullback => true,
            Self::Derivative | Self::SecondDerivative => inputs == 1,
            Self::Gradient | Self::Hvp | Self::Hessian => outputs == 1,
        }
    }

    /// 0 for values, 1 for first, 2 for second derivatives.
    pub fn order(self) -> i32 {
        match self {
            Self::Value => 0,
            Self::Derivative
            | Self::Gradient
            | Self::Jacobian
            | Self::Directional
            | Self::Pushforward
            | Self::Pullback => 1,
            Self::SecondDerivative | Self::Hvp | Self::Hessian => 2,
        }
    }

    /// The name that reports print: that of the method of `Backend`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Derivative => "derivative",
            Self::SecondDerivative => "second_derivative",
            Self::Gradient => "gradient",
            Self::Jacobian => "jacobian",
            Self::Directional => "directional",
            Self::Pushforward => "pushforward",
            Self::Pullback => "pullback",
            Self::Hvp => "hvp",
            Self::Hessian => "hessian",
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
