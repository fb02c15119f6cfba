//! `ComplexNumber`: a float with a tiny imaginary part.

use std::any::TypeId;
use std::fmt;

use anygrad_core::arrays::Elements;
use anygrad_core::num_traits::{Float, Zero};
use anygrad_core::{Binary, Nary, Scalar, Unary, UnaryOp, gates, impl_scalar_traits};

use super::functions;
use super::point::Point;

/// A complex number `x + iy` whose imaginary part is so small that `y²` vanishes against 1.
///
/// The real part is the plain float evaluation, bit for bit; the imaginary part follows the complex extension of each gate.
/// Comparisons, and the gates that choose among pieces (`abs`, `max`, `floor` …), look at the real part. A gate without an
/// extension here, or one that would lose the imaginary part to underflow, marks the number: see
/// [`fault`](Self::fault). Neither a mark nor an imaginary part ever comes from a constant.
///
/// `T` is the float itself, `f32` or `f64`; of any other scalar only the leaf is kept.
#[derive(Clone, Copy)]
pub struct ComplexNumber<T: Scalar> {
    /// The real part.
    pub re: T::Real,
    /// The imaginary part.
    pub im: T::Real,
    active: bool,
    fault: Option<Fault>,
}

/// Why an imaginary part is not to be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The gate has no complex extension here.
    NoExtension(&'static str),
    /// The imaginary part underflowed in the gate, or was not small any more against what the gate distinguishes.
    Lost(&'static str),
}

impl<T: Scalar> ComplexNumber<T> {
    /// A number that depends on the inputs, with the imaginary part as its seed.
    pub fn new(re: T::Real, im: T::Real) -> Self {
        Self { re, im, active: true, fault: None }
    }

    /// What went wrong on the way to this number, if anything did.
    pub fn fault(&self) -> Option<Fault> {
        self.fault
    }

    fn passive(re: T::Real) -> Self {
        Self { re, im: T::Real::zero(), active: false, fault: None }
    }

    /// The result of a gate of name `name`: its real part, and its imaginary part from `extend`.
    fn extended(
        name: &'static str,
        re: T::Real,
        args: &[Self],
        extend: impl FnOnce() -> Option<Option<T::Real>>,
    ) -> Self {
        if !args.iter().any(|arg| arg.active) {
            return Self::passive(re);
        }
        let first = args.iter().find_map(|arg| arg.fault);
        let (im, own) = match extend() {
            _ if first.is_some() => (T::Real::nan(), None),
            None => (T::Real::nan(), Some(Fault::NoExtension(name))),
            Some(_) if re.is_nan() => (T::Real::nan(), None),
            Some(None) => (T::Real::nan(), Some(Fault::Lost(name))),
            Some(Some(im)) => (im, None),
        };
        Self { re, im, active: true, fault: first.or(own) }
    }

    /// The argument that a piecewise gate chose, with the gate's real part.
    fn chosen(self, re: T::Real) -> Self {
        if re.is_nan() && self.active { Self { re, im: T::Real::nan(), ..self } } else { Self { re, ..self } }
    }

    fn point(self) -> Point<T::Real> {
        Point { re: self.re, im: self.im }
    }
}

impl<T: Scalar> Scalar for ComplexNumber<T> {
    type Real = T::Real;
    type Array = Elements<Self>;

    fn constant(c: T::Real) -> Self {
        Self::passive(c)
    }

    fn primal(self) -> T::Real {
        self.re
    }

    fn unary<G: Unary<T::Real>>(self, gate: G) -> Self {
        let re = gate.value(self.re);
        if matches!(gate.opcode(), Some(UnaryOp::Detach(_))) {
            return Self::passive(re);
        }
        let extend = || gate.opcode().and_then(|opcode| functions::unary(opcode, self.point(), re));
        Self::extended(gate.name(), re, &[self], extend)
    }

    fn binary<G: Binary<T::Real>>(self, gate: G, rhs: Self) -> Self {
        use anygrad_core::BinaryOp::{Max, Min};
        let re = gate.value(self.re, rhs.re);
        // The side that is not chosen takes no part, nor does what went wrong on it.
        let larger = match gate.opcode() {
            Some(Max) => self.re > rhs.re || rhs.re.is_nan(),
            Some(Min) => self.re < rhs.re || rhs.re.is_nan(),
            _ => false,
        };
        let smaller = match gate.opcode() {
            Some(Max) => self.re < rhs.re || self.re.is_nan(),
            Some(Min) => self.re > rhs.re || self.re.is_nan(),
            _ => false,
        };
        match (larger, smaller) {
            (true, false) => return self.chosen(re),
            (false, true) => return rhs.chosen(re),
            _ => {}
        }
        let active = [self.active, rhs.active];
        let extend =
            || gate.opcode().and_then(|opcode| functions::binary(opcode, self.point(), rhs.point(), re, active));
        Self::extended(gate.name(), re, &[self, rhs], extend)
    }

    fn nary<G: Nary<T::Real>>(gate: G, args: &[Self]) -> Self {
        let primals: Vec<T::Real> = args.iter().map(|arg| arg.re).collect();
        let re = gate.value(&primals);
        let is = |id: TypeId| TypeId::of::<G>() == id;
        if is(TypeId::of::<gates::Clamp>()) {
            let chosen = if primals[0] < primals[1] { 1 } else { 2 * usize::from(primals[0] > primals[2]) };
            return args[chosen].chosen(re);
        }
        if is(TypeId::of::<gates::Select>()) {
            return args[if primals[0] > T::Real::zero() { 1 } else { 2 }].chosen(re);
        }
        let points: Vec<Point<T::Real>> = args.iter().map(|arg| arg.point()).collect();
        Self::extended(gate.name(), re, args, || functions::nary(TypeId::of::<G>(), &points, re))
    }

    fn is_constant(self) -> bool {
        !self.active
    }

    fn every(self, test: impl Fn(T::Real) -> bool + Copy) -> bool {
        test(self.re) && test(self.im)
    }
}

impl_scalar_traits!([T: Scalar] ComplexNumber<T>, leaf of T);

impl<T: Scalar> fmt::Debug for ComplexNumber<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} + {:?}i", self.re, self.im)
    }
}
