//! The imaginary part of every gate that has a complex extension here, in a form that keeps a tiny one.
//!
//! Each is an identity for the imaginary part of the complex function (Kahan 1987 for the inverse functions and the tangents), at
//! full size of both parts; none is a derivative. `Some(None)` says that the imaginary part would be lost.

use std::any::TypeId;

use anygrad_core::{BinaryOp, Real, UnaryOp, gates};

use super::point::{Im, Point, angle, divide, exp, is_small, multiply, nonzero, power, sqrt, times};

/// `Im σ(z) = −Im e / (1 + Re e)²` with `e = exp(−|z|)`, by `σ(−z) = 1 − σ(z)`.
fn sigmoid<R: Real>(z: Point<R>) -> Im<R> {
    let sign = if z.re > R::zero() { -R::one() } else { R::one() };
    let e = exp(Point { re: sign * z.re, im: sign * z.im })?;
    let denominator = R::one() + e.re;
    Some(sign * (e.im / denominator / denominator))
}

/// `Im ln(1 + eᶻ)`.
fn softplus<R: Real>(z: Point<R>) -> Im<R> {
    if z.re > R::zero() {
        return Some(z.im + softplus(Point { re: -z.re, im: -z.im }).unwrap_or_else(R::zero));
    }
    let e = exp(z)?;
    Some(e.im.atan2(R::one() + e.re))
}

/// `Im atan z = ¼·ln(1 + 4y/(x² + (1 − y)²))`.
fn atan<R: Real>(z: Point<R>) -> Im<R> {
    let four = R::narrow(4.0);
    if !is_small(z.im, R::one()) {
        return None;
    }
    let away = R::one() - z.im;
    nonzero((four * z.im / (z.re * z.re + away * away)).ln_1p() / four, z.im)
}

/// `Im arcsin z = arsinh Im(conj(√(1−z))·√(1+z))`, for `|x| < 1`.
fn asin<R: Real>(z: Point<R>) -> Im<R> {
    let (below, above) = (R::one() - z.re, R::one() + z.re);
    if below.is_zero() || above.is_zero() {
        return Some(R::nan());
    }
    if !is_small(z.im, below) || !is_small(z.im, above) {
        return None;
    }
    let (a, b) = (sqrt(Point { re: below, im: -z.im }), sqrt(Point { re: above, im: z.im }));
    Some((a.re * b.im - a.im * b.re).asinh())
}

/// The imaginary part of a gate of one argument, of value `value`; `None` if it has no extension here.
pub(super) fn unary<R: Real>(opcode: UnaryOp<R>, z: Point<R>, value: R) -> Option<Im<R>> {
    use UnaryOp as Op;
    let (x, y) = (z.re, z.im);
    let small = is_small(y, R::one());
    let entire = |im: Im<R>| if small { im } else { None };
    Some(match opcode {
        Op::Neg(_) => Some(-y),
        Op::AddConst(_) | Op::Fract(_) => Some(y),
        Op::FromZero(_) => Some(if x < R::zero() { R::nan() } else { y }),
        Op::MulConst(gate) => times(gate.c, y),
        Op::DivConst(gate) => nonzero(y / gate.c, y),
        Op::Recip(_) => divide(Point { re: R::one(), im: R::zero() }, z),
        Op::Sqrt(_) => power(z, R::narrow(0.5), value),
        Op::Rsqrt(_) => power(z, R::narrow(-0.5), value),
        Op::Cbrt(_) => angle(z).and_then(|angle| times(value, (angle / R::narrow(3.0)).sin())),
        Op::Powi(gate) => power(z, R::narrow(f64::from(gate.n)), value),
        Op::Powf(gate) => power(z, gate.exponent, value),
        Op::Exp(_) => entire(times(value, y.sin())),
        Op::Exp2(_) => entire(times(value, (y * R::LN_2()).sin())),
        Op::ExpM1(_) => exp(z).map(|e| e.im),
        Op::Ln(_) => angle(z),
        Op::Log2(_) => angle(z).map(|angle| angle / R::LN_2()),
        Op::Log10(_) => angle(z).map(|angle| angle / R::LN_10()),
        Op::Ln1p(_) => angle(Point { re: R::one() + x, im: y }),
        Op::Sin(_) => entire(times(x.cos(), y.sinh())),
        Op::Cos(_) => entire(times(-x.sin(), y.sinh())),
        Op::Tan(_) => over(y.sinh() * y.cosh(), x.cos(), y.sinh()),
        Op::Sinh(_) => entire(times(x.cosh(), y.sin())),
        Op::Cosh(_) => entire(times(x.sinh(), y.sin())),
        Op::Tanh(_) => entire(nonzero(y.sin() * y.cos() / (x.sinh() * x.sinh() + y.cos() * y.cos()), y)),
        Op::Asin(_) => asin(z),
        Op::Acos(_) => asin(z).map(|im| -im),
        Op::Atan(_) => atan(z),
        Op::Asinh(_) => entire(nonzero(asinh(z), y)),
        Op::Acosh(_) => acosh(z),
        Op::Atanh(_) => {
            angle(Point { re: (R::one() - x) * (R::one() + x) - y * y, im: y + y }).map(|angle| angle * R::narrow(0.5))
        }
        Op::Abs(_) => Some(if x.is_zero() { R::zero() } else { y * x.signum() }),
        Op::Signum(_) | Op::Floor(_) | Op::Ceil(_) | Op::Round(_) | Op::Trunc(_) => Some(R::zero()),
        Op::Relu(_) => Some(if x > R::zero() { y } else { R::zero() }),
        Op::Sigmoid(_) => sigmoid(z),
        Op::Softplus(_) => softplus(z),
        Op::LogSigmoid(_) => softplus(Point { re: -x, im: -y }).map(|im| -im),
        Op::Silu(_) => sigmoid(z).and_then(|im| multiply(z, Point { re: logistic(x), im })),
        _ => return None,
    })
}

/// `1/(1 + e⁻ˣ)` at a float.
fn logistic<R: Real>(x: R) -> R {
    let e = (-x.abs()).exp();
    if x > R::zero() { (R::one() + e).recip() } else { e / (R::one() + e) }
}

/// `numerator / (a² + b²)` for a tiny `b`.
fn over<R: Real>(numerator: R, a: R, b: R) -> Im<R> {
    is_small(b, a).then(|| numerator / (a * a + b * b))
}

/// `Im arsinh z = atan(y / Re(√(1 − iz)·√(1 + iz)))`.
fn asinh<R: Real>(z: Point<R>) -> R {
    let a = sqrt(Point { re: R::one() + z.im, im: -z.re });
    let b = sqrt(Point { re: R::one() - z.im, im: z.re });
    (z.im / (a.re * b.re - a.im * b.im)).atan()
}

/// `Im arcosh z = 2·atan(Im √(z−1) / Re √(z+1))`.
fn acosh<R: Real>(z: Point<R>) -> Im<R> {
    let (below, above) = (z.re - R::one(), z.re + R::one());
    if below.is_zero() {
        return Some(R::nan());
    }
    if !is_small(z.im, below) {
        return None;
    }
    let (a, b) = (sqrt(Point { re: below, im: z.im }), sqrt(Point { re: above, im: z.im }));
    nonzero((a.im / b.re).atan() * R::narrow(2.0), z.im)
}

/// The imaginary part of a gate of two arguments, of value `value`; `None` if it has no extension here.
pub(super) fn binary<R: Real>(
    opcode: BinaryOp,
    a: Point<R>,
    b: Point<R>,
    value: R,
    active: [bool; 2],
) -> Option<Im<R>> {
    Some(match opcode {
        BinaryOp::Add => Some(a.im + b.im),
        BinaryOp::Sub => Some(a.im - b.im),
        BinaryOp::Mul => multiply(a, b),
        BinaryOp::Div => divide(a, b),
        BinaryOp::Pow => raise(a, b, value, active),
        BinaryOp::Log => angle(a).and_then(|im| {
            let numerator = Point { re: a.re.ln(), im };
            divide(numerator, Point { re: b.re.ln(), im: angle(b)? })
        }),
        BinaryOp::Hypot => length(&[a, b], value),
        BinaryOp::Atan2 => turn(a, b),
        BinaryOp::Max | BinaryOp::Min => Some((a.im + b.im) * R::narrow(0.5)),
        BinaryOp::Rem => Some(a.im - ((a.re - value) / b.re).round() * b.im),
        BinaryOp::Copysign => Some(if a.re.is_zero() { R::zero() } else { a.im * a.re.signum() * b.re.signum() }),
        BinaryOp::Xlogy => multiply_log(a, b),
        BinaryOp::Logaddexp => {
            let (low, high) = if a.re > b.re { (b, a) } else { (a, b) };
            let difference = Point { re: low.re - high.re, im: low.im - high.im };
            softplus(difference).map(|im| high.im + im)
        }
        _ => return None,
    })
}

/// `Im aᵇ = |a|ᵇ·sin(Im(b·ln a))`.
fn raise<R: Real>(a: Point<R>, b: Point<R>, value: R, active: [bool; 2]) -> Im<R> {
    if !active[1] {
        return power(a, b.re, value);
    }
    if a.re <= R::zero() {
        return Some(R::nan());
    }
    let angle = multiply(b, Point { re: a.re.ln(), im: angle(a)? })?;
    if is_small(angle, R::one()) { times(value, angle.sin()) } else { None }
}

/// `Im a·ln b`.
fn multiply_log<R: Real>(a: Point<R>, b: Point<R>) -> Im<R> {
    multiply(a, Point { re: b.re.ln(), im: angle(b)? })
}

/// The imaginary part of the angle of the point `(b, a)`: of `atan(a/b)` or of `−atan(b/a)`, up to a constant.
fn turn<R: Real>(a: Point<R>, b: Point<R>) -> Im<R> {
    if a.re.is_zero() && b.re.is_zero() {
        return Some(R::nan());
    }
    if a.re.abs() < b.re.abs() {
        atan(Point { re: a.re / b.re, im: divide(a, b)? })
    } else {
        atan(Point { re: b.re / a.re, im: divide(b, a)? }).map(|im| -im)
    }
}

/// `Im √(Σ z²) = Im Σ z² / 2√…`, in units of the length `r`; NaN at the branch point 0.
fn length<R: Real>(z: &[Point<R>], r: R) -> Im<R> {
    if r.is_zero() {
        return Some(R::nan());
    }
    let mut sum = R::zero();
    for z in z {
        if !is_small(z.im, r) {
            return None;
        }
        sum += times(z.re / r, z.im)?;
    }
    Some(sum)
}

/// The imaginary part of a gate of many arguments, of value `value`; `None` if it has no extension here.
pub(super) fn nary<R: Real>(gate: TypeId, args: &[Point<R>], value: R) -> Option<Im<R>> {
    let is = |id: TypeId| gate == id;
    Some(if is(TypeId::of::<gates::SumOf>()) {
        Some(args.iter().fold(R::zero(), |sum, z| sum + z.im))
    } else if is(TypeId::of::<gates::ProductOf>()) {
        let one = Point { re: R::one(), im: R::zero() };
        let product = args.iter().try_fold(one, |p, &z| Some(Point { re: p.re * z.re, im: multiply(p, z)? }));
        product.map(|product| product.im)
    } else if is(TypeId::of::<gates::Dot>()) {
        let (a, b) = args.split_at(args.len() / 2);
        a.iter().zip(b).try_fold(R::zero(), |sum, (&a, &b)| Some(sum + multiply(a, b)?))
    } else if is(TypeId::of::<gates::Norm>()) {
        length(args, value)
    } else if is(TypeId::of::<gates::Logsumexp>()) {
        logsumexp(args)
    } else if is(TypeId::of::<gates::MulAdd>()) {
        multiply(args[0], args[1]).map(|im| im + args[2].im)
    } else {
        return None;
    })
}

/// `Im ln Σ eᶻ`: the angle of the sum, in units of its largest term.
fn logsumexp<R: Real>(args: &[Point<R>]) -> Im<R> {
    let top = args.iter().fold(R::neg_infinity(), |top, z| top.max(z.re));
    let mut sum = Point { re: R::zero(), im: R::zero() };
    for z in args {
        // A term that vanishes against the largest may vanish.
        let e = exp(Point { re: z.re - top, im: z.im }).unwrap_or(Point { re: R::zero(), im: R::zero() });
        sum = Point { re: sum.re + e.re, im: sum.im + e.im };
    }
    angle(sum)
}
