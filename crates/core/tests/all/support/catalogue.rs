//! Gates by name: as the method that a program calls, and as the opcode of a recorded program.

use anygrad_core::gates::{AddConst, DivConst, MulConst, Polygamma, Powf, Powi};
use anygrad_core::{Binary, BinaryOp, Nary, Real, Scalar, Unary, UnaryOp, gates};

use super::Row;

/// Calls the gate as a program would.
#[allow(clippy::too_many_lines, reason = "a list of all methods")]
pub(crate) fn by_method<S: Scalar>(row: &Row, x: &[S]) -> S {
    let c = S::Real::narrow(row.constant.unwrap_or(0.0));
    match row.gate.as_str() {
        "neg" => -x[0],
        "add_const" => x[0] + c,
        "mul_const" => x[0] * c,
        "div_const" => x[0] / c,
        "recip" => x[0].recip(),
        "sqrt" => x[0].sqrt(),
        "cbrt" => x[0].cbrt(),
        "rsqrt" => x[0].rsqrt(),
        "exp" => x[0].exp(),
        "exp2" => x[0].exp2(),
        "exp_m1" => x[0].exp_m1(),
        "ln" => x[0].ln(),
        "log2" => x[0].log2(),
        "log10" => x[0].log10(),
        "ln_1p" => x[0].ln_1p(),
        "from_zero" => x[0].unary(gates::FromZero),
        "sin" => x[0].sin(),
        "cos" => x[0].cos(),
        "tan" => x[0].tan(),
        "asin" => x[0].asin(),
        "acos" => x[0].acos(),
        "atan" => x[0].atan(),
        "sinh" => x[0].sinh(),
        "cosh" => x[0].cosh(),
        "tanh" => x[0].tanh(),
        "asinh" => x[0].asinh(),
        "acosh" => x[0].acosh(),
        "atanh" => x[0].atanh(),
        "abs" => x[0].abs(),
        "signum" => x[0].signum(),
        "floor" => x[0].floor(),
        "ceil" => x[0].ceil(),
        "round" => x[0].round(),
        "trunc" => x[0].trunc(),
        "detach" => x[0].detach(),
        "fract" => x[0].fract(),
        "powi" => x[0].powi(integer(row)),
        "powf" => x[0].pow_const(c),
        "sigmoid" => x[0].sigmoid(),
        "log_sigmoid" => x[0].log_sigmoid(),
        "softplus" => x[0].softplus(),
        "relu" => x[0].relu(),
        "silu" => x[0].silu(),
        "gelu" => x[0].gelu(),
        "one_minus_square" => x[0].unary(gates::OneMinusSquare),
        "normal_cdf" => x[0].unary(gates::NormalCdf),
        "erf" => x[0].erf(),
        "erfc" => x[0].erfc(),
        "ln_gamma" => x[0].ln_gamma(),
        "polygamma" if c == S::Real::narrow(0.0) => x[0].digamma(),
        "polygamma" => x[0].unary(Polygamma { order: order(row) }),
        "add" => x[0] + x[1],
        "sub" => x[0] - x[1],
        "mul" => x[0] * x[1],
        "div" => x[0] / x[1],
        "rem" => x[0] % x[1],
        "pow" => x[0].powf(x[1]),
        "log" => x[0].log(x[1]),
        "hypot" => x[0].hypot(x[1]),
        "atan2" => x[0].atan2(x[1]),
        "max" => x[0].max(x[1]),
        "min" => x[0].min(x[1]),
        "copysign" => x[0].copysign(x[1]),
        "xlogy" => x[0].xlogy(x[1]),
        "logaddexp" => x[0].logaddexp(x[1]),
        "sum" => S::sum_of(x),
        "product" => S::product_of(x),
        "dot" => S::dot(&x[..x.len() / 2], &x[x.len() / 2..]),
        "norm" => S::norm(x),
        "logsumexp" => S::logsumexp(x),
        "mul_add" => x[0].mul_add(x[1], x[2]),
        "clamp" => S::nary(gates::Clamp, x),
        "select" => x[0].select(x[1], x[2]),
        unknown => panic!("no method is known for the gate {unknown:?}"),
    }
}

/// The row as an opcode; `None` for gates of any number of arguments, which have none.
pub(crate) fn by_opcode<S: Scalar>(row: &Row, x: &[S]) -> Option<S> {
    match x {
        [x] => unary_opcode::<S::Real>(row).map(|op| x.unary(op)),
        [a, b] => binary_opcode::<S::Real>(row).map(|op| a.binary(op, *b)),
        _ => None,
    }
}

/// A row of one argument as an opcode.
pub(crate) fn unary_opcode<R: Real>(row: &Row) -> Option<UnaryOp<R>> {
    let (op, _) = UnaryOp::samples().into_iter().find(|(op, _)| Unary::<R>::name(*op) == row.gate)?;
    let c = R::narrow(row.constant.unwrap_or(0.0));
    Some(match op {
        UnaryOp::AddConst(_) => UnaryOp::AddConst(AddConst { c }),
        UnaryOp::MulConst(_) => UnaryOp::MulConst(MulConst { c }),
        UnaryOp::DivConst(_) => UnaryOp::DivConst(DivConst { c }),
        UnaryOp::Powf(_) => UnaryOp::Powf(Powf { exponent: c }),
        UnaryOp::Powi(_) => UnaryOp::Powi(Powi { n: integer(row) }),
        UnaryOp::Polygamma(_) => UnaryOp::Polygamma(Polygamma { order: order(row) }),
        plain => {
            assert_eq!(row.constant, None, "{} has no constant", row.gate);
            plain
        }
    })
}

/// A row of two arguments as an opcode.
pub(crate) fn binary_opcode<R: Real>(row: &Row) -> Option<BinaryOp> {
    BinaryOp::SAMPLES.iter().map(|(op, _)| *op).find(|op| Binary::<R>::name(*op) == row.gate)
}

/// The value and the partials at floats of a gate of any number of arguments; `None` for others.
pub(crate) fn nary_linearized<R: Real>(row: &Row, at: &[R]) -> Option<(R, Vec<R>)> {
    fn of<R: Real>(gate: impl Nary<R>, row: &Row, at: &[R]) -> (R, Vec<R>) {
        assert_eq!(gate.name(), row.gate);
        let (value, mut partials) = (gate.value(at), Vec::new());
        gate.partials(at, value, |i, partial| {
            assert_eq!(i, partials.len(), "one edge an argument, in order");
            partials.push(partial);
        });
        (value, partials)
    }
    Some(match row.gate.as_str() {
        "sum" => of(gates::SumOf, row, at),
        "product" => of(gates::ProductOf, row, at),
        "dot" => of(gates::Dot, row, at),
        "norm" => of(gates::Norm, row, at),
        "logsumexp" => of(gates::Logsumexp, row, at),
        "mul_add" => of(gates::MulAdd, row, at),
        "clamp" => of(gates::Clamp, row, at),
        "select" => of(gates::Select, row, at),
        _ => return None,
    })
}

#[allow(clippy::cast_possible_truncation, reason = "the tables state whole numbers")]
fn integer(row: &Row) -> i32 {
    row.constant.map_or(0, |c| c as i32)
}

fn order(row: &Row) -> u32 {
    integer(row).unsigned_abs()
}
