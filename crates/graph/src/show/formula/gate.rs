//! Gates and their derivatives as expressions.

use std::rc::Rc;

use anygrad_core::{BinaryOp, NaryOp, Real, UnaryOp};

use super::expression::{Brackets, Expression, Shared, add, constant, integer_power, neg, product, quotient};
use super::symbol::Symbol;
use crate::code::Gate;

/// The value of a gate.
pub(super) fn value<R: Real>(gate: &Gate<R>, args: &[Shared]) -> Shared {
    match gate {
        Gate::Unary(op) => unary(*op, &args[0]),
        Gate::Binary(op) => binary(*op, &args[0], &args[1]),
        Gate::Nary(op) => nary(*op, args),
        Gate::Own(own) => call(Symbol::function(own.name()), args),
    }
}

/// Component `at` of a derivative; see [`Op::Derivative`](crate::code::Op::Derivative) for the operands.
pub(super) fn derivative<R: Real>(gate: &Gate<R>, order: u32, arity: usize, at: u32, operands: &[Shared]) -> Shared {
    let (args, directions) = operands.split_at(arity);
    let directions = if order == 1 { &[] } else { directions };
    if arity == 1 {
        let slope = call(function(gate).derived(order), args);
        return directions.iter().fold(slope, |product_so_far, direction| product(&product_so_far, direction));
    }
    let head = function(gate).differentiated(at + 1, order);
    Rc::new(Expression::Call { head, args: args.to_vec(), along: directions.to_vec() })
}

fn call(head: Symbol, args: &[Shared]) -> Shared {
    Rc::new(Expression::Call { head, args: args.to_vec(), along: Vec::new() })
}

/// The name of a gate as a function.
fn function<R: Real>(gate: &Gate<R>) -> Symbol {
    if let Gate::Unary(UnaryOp::Polygamma(gate)) = gate {
        return if gate.order == 0 { Symbol::function("ψ") } else { Symbol::function("ψ").derived(gate.order) };
    }
    if let Gate::Unary(op) = gate
        && let Some(constant) = op.constant()
    {
        return Symbol::function(gate.name()).with(constant);
    }
    Symbol::function(match gate.name() {
        "sigmoid" => "σ",
        "normal_cdf" => "Φ",
        "exp_m1" => "expm1",
        "ln_1p" => "log1p",
        "asin" => "arcsin",
        "acos" => "arccos",
        "atan" => "arctan",
        "asinh" => "arsinh",
        "acosh" => "arcosh",
        "atanh" => "artanh",
        name => name,
    })
}

fn within(brackets: Brackets, x: &Shared) -> Shared {
    Rc::new(Expression::Within(brackets, vec![Rc::clone(x)]))
}

fn power(base: Shared, exponent: &Shared) -> Shared {
    Rc::new(Expression::Power(base, Rc::clone(exponent)))
}

fn unary<R: Real>(op: UnaryOp<R>, x: &Shared) -> Shared {
    match op {
        UnaryOp::Neg(_) => neg(Rc::clone(x)),
        UnaryOp::AddConst(gate) => add(x, &constant(gate.c.widen())),
        UnaryOp::MulConst(gate) => product(&constant(gate.c.widen()), x),
        UnaryOp::DivConst(gate) => quotient(x, &constant(gate.c.widen())),
        UnaryOp::Recip(_) => quotient(&constant(1.0), x),
        UnaryOp::OneMinusSquare(_) => add(&constant(1.0), &neg(product(x, x))),
        UnaryOp::Sqrt(_) => Rc::new(Expression::Root(2, Rc::clone(x))),
        UnaryOp::Cbrt(_) => Rc::new(Expression::Root(3, Rc::clone(x))),
        UnaryOp::Rsqrt(_) => quotient(&constant(1.0), &Rc::new(Expression::Root(2, Rc::clone(x)))),
        UnaryOp::Exp(_) => power(Rc::new(Expression::Symbol(Symbol::named("e"))), x),
        UnaryOp::Exp2(_) => power(constant(2.0), x),
        // The argument itself where the gate is defined.
        UnaryOp::FromZero(_) => Rc::clone(x),
        UnaryOp::Abs(_) => within(Brackets::Absolute, x),
        UnaryOp::Floor(_) => within(Brackets::Floor, x),
        UnaryOp::Ceil(_) => within(Brackets::Ceiling, x),
        UnaryOp::Powi(gate) => integer_power(x, gate.n),
        UnaryOp::Powf(gate) => power(Rc::clone(x), &constant(gate.exponent.widen())),
        _ => call(function(&Gate::Unary(op)), std::slice::from_ref(x)),
    }
}

fn binary(op: BinaryOp, a: &Shared, b: &Shared) -> Shared {
    match op {
        BinaryOp::Add => add(a, b),
        BinaryOp::Sub => add(a, &neg(Rc::clone(b))),
        BinaryOp::Mul => product(a, b),
        BinaryOp::Div => quotient(a, b),
        BinaryOp::Pow => power(Rc::clone(a), b),
        _ => call(function(&Gate::<f64>::Binary(op)), &[Rc::clone(a), Rc::clone(b)]),
    }
}

fn nary(op: NaryOp, args: &[Shared]) -> Shared {
    let sum = |terms: &mut dyn Iterator<Item = Shared>| {
        terms.reduce(|sum, term| add(&sum, &term)).unwrap_or_else(|| constant(0.0))
    };
    match op {
        NaryOp::SumOf => sum(&mut args.iter().cloned()),
        NaryOp::ProductOf => args.iter().fold(constant(1.0), |so_far, factor| product(&so_far, factor)),
        NaryOp::Dot => {
            let (a, b) = args.split_at(args.len() / 2);
            sum(&mut a.iter().zip(b).map(|(a, b)| product(a, b)))
        }
        NaryOp::MulAdd => add(&product(&args[0], &args[1]), &args[2]),
        NaryOp::Norm => Rc::new(Expression::Within(Brackets::Norm, args.to_vec())),
        _ => call(function(&Gate::<f64>::Nary(op)), args),
    }
}

/// `x` where `test` is not 0, otherwise 0. A product with `test` is that already.
pub(super) fn masked(test: &Shared, x: &Shared) -> Shared {
    let contains = |x: &Shared| match &**x {
        Expression::Product { above, .. } => above.iter().any(|(factor, _)| factor == test),
        _ => x == test,
    };
    let is_product = match &**x {
        Expression::Neg(inner) => contains(inner),
        _ => contains(x),
    };
    if is_product { Rc::clone(x) } else { product(&within(Brackets::NotZero, test), x) }
}
