//! The value of a gate as an expression of Rust.

use anygrad_core::{BinaryOp, Error, NaryOp, Real, UnaryOp};

use super::math::Math;
use crate::code::Gate;

/// A float as Rust writes it.
pub(super) fn literal<R: Real>(c: R) -> String {
    let float = float::<R>();
    if c.is_nan() {
        format!("{float}::NAN")
    } else if c.is_infinite() {
        format!("{float}::{}INFINITY", if c > R::zero() { "" } else { "NEG_" })
    } else {
        format!("{c:?}_{float}")
    }
}

/// The name of the float type.
pub(super) fn float<R: Real>() -> &'static str {
    if size_of::<R>() == size_of::<f32>() { "f32" } else { "f64" }
}

/// The value of a gate at some expressions, each of which binds as firmly as a call.
///
/// # Errors
/// [`Error::Unsupported`] for a gate that is not in the table, and for polygamma.
pub(super) fn value<R: Real>(math: &mut Math, gate: &Gate<R>, args: &[String]) -> Result<String, Error> {
    let expression = match gate {
        Gate::Unary(op) => unary(math, *op, &args[0]),
        Gate::Binary(op) => binary(math, *op, &args[0], &args[1]),
        Gate::Nary(op) => nary(math, *op, args),
        Gate::Own(_) => None,
    };
    expression.ok_or_else(|| unsupported(gate.name(), "write the function by hand from `listing`"))
}

/// The error of what has no form in the source.
pub(super) fn unsupported(operator: &'static str, help: &'static str) -> Error {
    Error::Unsupported { backend: "emit_rust", operator, help }
}

fn unary<R: Real>(math: &mut Math, op: UnaryOp<R>, x: &str) -> Option<String> {
    Some(match op {
        UnaryOp::Neg(_) => format!("-{x}"),
        UnaryOp::AddConst(gate) => format!("{x} + {}", signed(gate.c)),
        UnaryOp::MulConst(gate) => format!("{x} * {}", signed(gate.c)),
        UnaryOp::DivConst(gate) => format!("{x} / {}", signed(gate.c)),
        UnaryOp::Detach(_) => x.to_owned(),
        UnaryOp::Powi(gate) => math.call("powi", &[x.to_owned(), gate.n.to_string()])?,
        UnaryOp::Powf(gate) => math.call("pow", &[x.to_owned(), literal(gate.exponent)])?,
        op => math.call(anygrad_core::Unary::<R>::name(op), &[x.to_owned()])?,
    })
}

/// A literal behind an operator.
fn signed<R: Real>(c: R) -> String {
    let text = literal(c);
    if text.starts_with('-') { format!("({text})") } else { text }
}

fn binary(math: &mut Math, op: BinaryOp, a: &str, b: &str) -> Option<String> {
    let mut call = |name: &str| math.call(name, &[a.to_owned(), b.to_owned()]);
    Some(match op {
        BinaryOp::Add => format!("{a} + {b}"),
        BinaryOp::Sub => format!("{a} - {b}"),
        BinaryOp::Mul => format!("{a} * {b}"),
        BinaryOp::Div => format!("{a} / {b}"),
        BinaryOp::Rem => format!("{a} % {b}"),
        BinaryOp::Max => format!("({a}).max({b})"),
        BinaryOp::Min => format!("({a}).min({b})"),
        BinaryOp::Log => format!("{} / {}", math.call("ln", &[a.to_owned()])?, math.call("ln", &[b.to_owned()])?),
        BinaryOp::Pow => call("pow")?,
        BinaryOp::Hypot => call("hypot")?,
        BinaryOp::Atan2 => call("atan2")?,
        BinaryOp::Copysign => call("copysign")?,
        BinaryOp::Xlogy => call("xlogy")?,
        BinaryOp::Logaddexp => call("logaddexp")?,
        _ => return None,
    })
}

fn nary(math: &mut Math, op: NaryOp, args: &[String]) -> Option<String> {
    let slice = || vec![format!("&[{}]", args.join(", "))];
    Some(match op {
        NaryOp::SumOf => format!("0.0 + {}", args.join(" + ")),
        NaryOp::ProductOf => args.join(" * "),
        NaryOp::Dot => {
            let (a, b) = args.split_at(args.len() / 2);
            let products: Vec<String> = a.iter().zip(b).map(|(a, b)| format!("{a} * {b}")).collect();
            format!("0.0 + {}", products.join(" + "))
        }
        NaryOp::Norm => math.call("norm", &slice())?,
        NaryOp::Logsumexp => math.call("logsumexp", &slice())?,
        NaryOp::MulAdd => math.call("fma", args)?,
        NaryOp::Clamp => math.call("clamp", args)?,
        NaryOp::Select => math.call("select", args)?,
        _ => return None,
    })
}
