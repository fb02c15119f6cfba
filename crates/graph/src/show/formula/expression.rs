//! `Expression`: what a formula is made of, and the identities by which it is kept short.

use std::rc::Rc;

use super::symbol::Symbol;
use crate::show::name::number;

/// A part of a formula.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    Symbol(Symbol),
    /// A number that is not negative, unless it is NaN.
    Number(f64),
    /// Terms; those that are marked are subtracted.
    Sum(Vec<(bool, Shared)>),
    Neg(Shared),
    /// Factors above and below the line, with their exponents.
    Product {
        above: Vec<(Shared, u32)>,
        below: Vec<(Shared, u32)>,
    },
    Power(Shared, Shared),
    /// The square or cube root.
    Root(u32, Shared),
    /// The sum of a term for `i` from 0 to `last`.
    Series {
        last: u32,
        term: Shared,
    },
    /// Something between two brackets.
    Within(Brackets, Vec<Shared>),
    Call {
        head: Symbol,
        args: Vec<Shared>,
        /// Directions, in square brackets.
        along: Vec<Shared>,
    },
}

/// A part that may stand in several places.
pub(super) type Shared = Rc<Expression>;

/// What stands around an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Brackets {
    Absolute,
    Floor,
    Ceiling,
    Norm,
    /// 1 where the content is not zero, otherwise 0 (K. Iverson's).
    NotZero,
}

use Expression::{Call, Neg, Number, Power, Product, Sum};

impl Expression {
    /// How many parts there are, counted no further than what matters.
    pub(super) fn weight(&self) -> usize {
        let sum = |parts: &[Shared]| parts.iter().map(|part| part.weight()).sum::<usize>();
        match self {
            Self::Symbol(_) | Number(_) => 1,
            Sum(terms) => terms.iter().map(|(_, term)| 1 + term.weight()).sum(),
            Neg(x) => x.weight(),
            Self::Root(_, x) | Self::Series { term: x, .. } => 1 + x.weight(),
            Product { above, below } => above.iter().chain(below).map(|(factor, _)| 1 + factor.weight()).sum(),
            Power(base, exponent) => 1 + base.weight() + exponent.weight(),
            Self::Within(_, parts) => 1 + sum(parts),
            Call { args, along, .. } => 1 + sum(args) + sum(along),
        }
    }

    /// Whether it is written as a name or as a number.
    pub(super) fn is_atom(&self) -> bool {
        match self {
            Self::Symbol(_) => true,
            Number(c) => !number(*c).contains('e'),
            _ => false,
        }
    }
}

pub(super) fn constant(c: f64) -> Shared {
    if c.is_sign_negative() && !c.is_nan() { Rc::new(Neg(Rc::new(Number(-c)))) } else { Rc::new(Number(c)) }
}

/// `−x`, with `−(−x) = x`.
pub(super) fn neg(x: Shared) -> Shared {
    match &*x {
        Neg(inner) => Rc::clone(inner),
        _ => Rc::new(Neg(x)),
    }
}

/// `a + b`, with `a + (−b) = a − b`, `x + x = 2x` and `a + (b + c) = a + b + c`.
pub(super) fn add(a: &Shared, b: &Shared) -> Shared {
    if a == b {
        return product(&constant(2.0), a);
    }
    let mut terms = Vec::new();
    push_terms(&mut terms, false, a);
    push_terms(&mut terms, false, b);
    let is_nothing = |(_, term): &(bool, Shared)| matches!(&**term, Number(c) if *c == 0.0);
    terms.retain(|term| !is_nothing(term));
    in_order(&mut terms);
    match terms.len() {
        0 => constant(0.0),
        1 => signed(&terms[0]),
        _ => Rc::new(Sum(terms)),
    }
}

fn push_terms(terms: &mut Vec<(bool, Shared)>, minus: bool, x: &Shared) {
    match &**x {
        Neg(inner) => push_terms(terms, !minus, inner),
        Sum(inner) => inner.iter().for_each(|(inner_minus, term)| terms.push((minus != *inner_minus, Rc::clone(term)))),
        _ => terms.push((minus, Rc::clone(x))),
    }
}

/// A term that is added first; a number in front of a function, as in `1 + eˣ`.
fn in_order(terms: &mut [(bool, Shared)]) {
    if let Some(first) = terms.iter().position(|(minus, _)| !minus) {
        terms[..=first].rotate_right(1);
    }
    let is_function = |term: &Shared| match &**term {
        Power(_, exponent) => !matches!(&**exponent, Number(_)),
        Call { .. } => true,
        _ => false,
    };
    if let [(false, a), (false, b)] = terms
        && is_function(a)
        && matches!(&**b, Number(_))
    {
        terms.swap(0, 1);
    }
}

fn signed((minus, term): &(bool, Shared)) -> Shared {
    if *minus { neg(Rc::clone(term)) } else { Rc::clone(term) }
}

/// `a·b`, with the signs in front, numbers first and powers for equal factors.
pub(super) fn product(a: &Shared, b: &Shared) -> Shared {
    let mut fraction = Fraction::default();
    fraction.times(a);
    fraction.times(b);
    fraction.into_expression()
}

/// `a/b`; nothing is cancelled.
pub(super) fn quotient(a: &Shared, b: &Shared) -> Shared {
    let mut fraction = Fraction::default();
    fraction.times(a);
    fraction.over(b);
    fraction.into_expression()
}

/// A product in the making.
#[derive(Default)]
struct Fraction {
    minus: bool,
    above: Vec<(Shared, u32)>,
    below: Vec<(Shared, u32)>,
}

impl Fraction {
    fn times(&mut self, x: &Shared) {
        match &**x {
            Neg(inner) => {
                self.minus = !self.minus;
                self.times(inner);
            }
            Product { above, below } => {
                above.iter().for_each(|(factor, n)| join(&mut self.above, factor, *n));
                below.iter().for_each(|(factor, n)| join(&mut self.below, factor, *n));
            }
            _ => join(&mut self.above, x, 1),
        }
    }

    fn over(&mut self, x: &Shared) {
        let mut other = Self::default();
        other.times(x);
        self.minus ^= other.minus;
        other.below.iter().for_each(|(factor, n)| join(&mut self.above, factor, *n));
        other.above.iter().for_each(|(factor, n)| join(&mut self.below, factor, *n));
    }

    fn into_expression(self) -> Shared {
        let Self { minus, mut above, mut below } = self;
        above.sort_by_key(|(factor, _)| rank(factor));
        below.sort_by_key(|(factor, _)| rank(factor));
        let whole = match (&above[..], &below[..]) {
            ([], []) => constant(1.0),
            ([(factor, 1)], []) => Rc::clone(factor),
            _ => Rc::new(Product { above, below }),
        };
        if minus { neg(whole) } else { whole }
    }
}

/// Multiplies a list of factors by `factorⁿ`. Numbers are multiplied where their product is exact.
fn join(factors: &mut Vec<(Shared, u32)>, factor: &Shared, n: u32) {
    if let Number(c) = **factor {
        if c == 1.0 {
            return;
        }
        for (other, m) in factors.iter_mut() {
            if let (Number(d), 1, 1) = (&**other, *m, n)
                && (c * d).is_normal()
                && c.mul_add(*d, -(c * d)) == 0.0
            {
                *other = constant(c * d);
                return;
            }
        }
    }
    let (factor, n) = match &**factor {
        Power(base, exponent) => match **exponent {
            Number(m) if m == m.trunc() && m < 100.0 => (base, n * m as u32),
            _ => (factor, n),
        },
        _ => (factor, n),
    };
    match factors.iter_mut().find(|(other, _)| other == factor) {
        Some((_, m)) => *m += n,
        None => factors.push((Rc::clone(factor), n)),
    }
}

/// The place of a factor: numbers, names, functions, sums.
fn rank(factor: &Expression) -> u32 {
    match factor {
        Number(_) => 0,
        Expression::Symbol(_) => 1,
        Sum(_) | Expression::Series { .. } => 3,
        _ => 2,
    }
}

/// `baseⁿ`, with a fraction for negative powers.
pub(super) fn integer_power(base: &Shared, n: i32) -> Shared {
    let mut fraction = Fraction::default();
    let mut whole = Fraction::default();
    whole.times(base);
    fraction.minus = whole.minus && n % 2 != 0;
    if n.unsigned_abs() < 100 {
        whole.above.iter().for_each(|(factor, m)| join(&mut fraction.above, factor, m * n.unsigned_abs()));
        whole.below.iter().for_each(|(factor, m)| join(&mut fraction.below, factor, m * n.unsigned_abs()));
        if n < 0 {
            std::mem::swap(&mut fraction.above, &mut fraction.below);
        }
        return fraction.into_expression();
    }
    Rc::new(Power(Rc::clone(base), constant(f64::from(n))))
}
