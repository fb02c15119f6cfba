//! Forward mode with one wrong rule, for proof that the checks would notice.

use anygrad_core::arrays::Elements;
use anygrad_core::{
    Backend, Binary, Differentiable, Error, In, Leaf, Mode, Nary, Out, Scalar, Tree, Unary, impl_scalar_traits,
    is_inactive,
};

use crate::programs::{At, Case, Program, compare, shrink};
use crate::{Check, Exact, Operator, Panel, Verdict};

/// So many programs are tried before a fault counts as unnoticed.
const PROGRAMS: u64 = 2000;

/// What is wrong with the partials of a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The partial of the last operand has the wrong sign.
    Sign,
    /// It is twice what it should be.
    Double,
    /// It is left out.
    Dropped,
    /// The partials of the operands are in the wrong order.
    Swapped,
    /// What comes through one operand overwrites what came through others.
    Overwritten,
    /// A partial that is not finite is 0 instead: wrong at edges only.
    FiniteEdge,
    /// No derivative comes through at all, whatever the gates.
    Zero,
}

/// Forward mode in which the gate of a name has a fault.
#[derive(Clone, Copy, Debug)]
pub struct Planted {
    /// The name of the gate.
    pub gate: &'static str,
    /// What is wrong with it.
    pub fault: Fault,
}

/// A program that brings a fault to light.
#[derive(Clone, Debug)]
pub struct Found {
    /// The program, shrunk.
    pub program: Program,
    /// Its point.
    pub point: Vec<f64>,
}

/// The faults that the checks are tried on, one at a time.
pub const PLANTS: &[Planted] = &[
    Planted { gate: "sin", fault: Fault::Sign },
    Planted { gate: "tanh", fault: Fault::Sign },
    Planted { gate: "cos", fault: Fault::Dropped },
    Planted { gate: "exp", fault: Fault::Double },
    Planted { gate: "sqrt", fault: Fault::Double },
    Planted { gate: "ln", fault: Fault::Sign },
    Planted { gate: "recip", fault: Fault::Sign },
    Planted { gate: "atan", fault: Fault::Double },
    Planted { gate: "erf", fault: Fault::Double },
    Planted { gate: "mul_const", fault: Fault::Dropped },
    Planted { gate: "sigmoid", fault: Fault::Double },
    Planted { gate: "abs", fault: Fault::Sign },
    Planted { gate: "sub", fault: Fault::Sign },
    Planted { gate: "mul", fault: Fault::Dropped },
    Planted { gate: "div", fault: Fault::Sign },
    Planted { gate: "max", fault: Fault::Dropped },
    Planted { gate: "div", fault: Fault::Swapped },
    Planted { gate: "pow", fault: Fault::Swapped },
    Planted { gate: "atan2", fault: Fault::Swapped },
    Planted { gate: "hypot", fault: Fault::Swapped },
    Planted { gate: "add", fault: Fault::Overwritten },
    Planted { gate: "sum", fault: Fault::Overwritten },
    Planted { gate: "dot", fault: Fault::Overwritten },
    Planted { gate: "product", fault: Fault::Overwritten },
    Planted { gate: "select", fault: Fault::Dropped },
    Planted { gate: "mul_add", fault: Fault::Double },
    Planted { gate: "logsumexp", fault: Fault::Double },
    Planted { gate: "sqrt", fault: Fault::FiniteEdge },
    Planted { gate: "ln", fault: Fault::FiniteEdge },
    Planted { gate: "recip", fault: Fault::FiniteEdge },
    Planted { gate: "every gate", fault: Fault::Zero },
];

impl Planted {
    /// Runs random programs by a right panel and by the planted backend until they disagree, and shrinks the program.
    pub fn find(self, right: &mut impl Panel) -> Option<Found> {
        let mut panel = (right, Exact::new(self));
        for index in 0..PROGRAMS {
            let Case { program, point, hard } = Case::draw(1, index);
            let at = if self.fault == Fault::FiniteEdge { At::Hard } else { At::Ordinary };
            for point in if at == At::Hard { hard } else { vec![point] } {
                if differs(&program, &point, at, &mut panel) {
                    let fails = |program: &Program, point: &[f64]| differs(program, point, at, &mut panel);
                    let (program, point) = shrink(&program, &point, fails);
                    return Some(Found { program, point });
                }
            }
        }
        None
    }

    /// The gates that a program should shrink to: the one with the fault, none if the whole backend has it.
    pub fn gates(self) -> Vec<&'static str> {
        if self.fault == Fault::Zero { Vec::new() } else { vec![self.gate] }
    }

    fn spoil<T: Scalar>(self, partial: T) -> T {
        match self.fault {
            Fault::Sign => -partial,
            Fault::Double => partial + partial,
            Fault::Dropped => T::zero(),
            Fault::FiniteEdge if !partial.is_finite() => T::zero(),
            Fault::FiniteEdge | Fault::Swapped | Fault::Overwritten | Fault::Zero => partial,
        }
    }
}

/// By first derivatives: in second ones the rules of other gates, gates themselves, meet the fault, too.
fn differs(program: &Program, point: &[f64], at: At, panel: &mut impl Panel) -> bool {
    let wrong = |check: &Check| check.verdict == Verdict::Disagree && check.operator != Operator::Hessian;
    at.admits(program, point) && compare("planted", program, point, at, panel).iter().any(wrong)
}

impl Backend for Planted {
    const MODE: Mode = Mode::Pushforward;

    fn name(&self) -> &'static str {
        "planted"
    }

    fn pushforward<F, T>(&mut self, f: &F, x: &In<F, T>, dx: &In<F, T>) -> Result<(Out<F, T>, Out<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let mut tangents = F::Input::flatten::<T>(dx).into_iter();
        let x = F::Input::map::<T, Number<T>>(x, &mut |primal| {
            let tangent = tangents.next().filter(|&tangent| !is_inactive(tangent));
            Number { primal, tangent, planted: Some(*self) }
        });
        let y = f.call::<Number<T>>(&x);
        let primal = F::Output::map::<Number<T>, T>(&y, &mut |y| y.primal);
        let tangent = F::Output::map::<Number<T>, T>(&y, &mut |y| {
            y.tangent.filter(|_| self.fault != Fault::Zero).unwrap_or_else(T::zero)
        });
        Ok((primal, tangent))
    }
}

/// A primal, and a tangent if some input reaches it.
#[derive(Clone, Copy, Debug)]
struct Number<T> {
    primal: T,
    tangent: Option<T>,
    planted: Option<Planted>,
}

impl<T: Scalar> Number<T> {
    /// `Σ partial · tangent` over the active operands; nothing flows through a zero of a piecewise gate.
    fn chain(gate: &str, piecewise: bool, primal: T, operands: &[Self], mut partials: Vec<T>) -> Self {
        let planted = operands.iter().find_map(|x| x.planted);
        let spoiler = planted.filter(|planted| planted.gate == gate);
        if spoiler.is_some_and(|planted| planted.fault == Fault::Swapped) {
            partials.reverse();
        }
        if let (Some(planted), Some(last)) = (spoiler, partials.last_mut()) {
            *last = planted.spoil(*last);
        }
        let overwrites = spoiler.is_some_and(|planted| planted.fault == Fault::Overwritten);
        let mut tangent: Option<T> = None;
        for (x, partial) in operands.iter().zip(partials) {
            if let Some(dx) = x.tangent.filter(|_| !(piecewise && partial.is_zero())) {
                let before = tangent.filter(|_| !overwrites);
                tangent = Some(before.map_or(partial * dx, |sum| sum + partial * dx));
            }
        }
        Self { primal, tangent, planted }
    }
}

impl<T: Scalar> Scalar for Number<T> {
    type Real = T::Real;
    type Array = Elements<Self>;

    fn constant(c: T::Real) -> Self {
        Self { primal: T::constant(c), tangent: None, planted: None }
    }

    fn primal(self) -> T::Real {
        self.primal.primal()
    }

    fn unary<G: Unary<T::Real>>(self, gate: G) -> Self {
        let (y, partial) = gate.linearize(self.primal);
        Self::chain(gate.name(), gate.is_piecewise(), y, &[self], vec![partial])
    }

    fn binary<G: Binary<T::Real>>(self, gate: G, rhs: Self) -> Self {
        let (a, b) = (self.primal, rhs.primal);
        let y = a.binary(gate, b);
        Self::chain(
            gate.name(),
            gate.is_piecewise(),
            y,
            &[self, rhs],
            vec![gate.partial_lhs(a, b, y), gate.partial_rhs(a, b, y)],
        )
    }

    fn nary<G: Nary<T::Real>>(gate: G, args: &[Self]) -> Self {
        let primals: Vec<T> = args.iter().map(|x| x.primal).collect();
        let (y, mut partials) = (T::nary(gate, &primals), Vec::new());
        gate.partials(&primals, y, |_, partial| partials.push(partial));
        Self::chain(gate.name(), gate.is_piecewise(), y, args, partials)
    }

    fn is_constant(self) -> bool {
        self.tangent.is_none() && self.primal.is_constant()
    }
}

impl_scalar_traits!([T: Scalar] Number<T>, leaf of T);
