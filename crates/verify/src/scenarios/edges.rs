//! The gate table at the hard points: kinks, edges of domains, infinities, extreme magnitudes.
//!
//! The expected partials are those that [`anygrad_core::hard_points`] prescribes: one-sided limits at edges, NaN outside, the
//! documented convention at kinks, and the limit at infinity. Second derivatives are compared between backends only.

use std::f64::consts::{LN_2, PI};

use anygrad_core::gates::*;
use anygrad_core::{Binary, BinaryOp, Nary, Unary, UnaryOp};

use super::gates::{BinaryGate, NaryGate, UnaryGate};
use crate::{Scenario, Visitor};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

pub(super) fn each(visitor: &mut impl Visitor) {
    for (op, points) in [roots(), logarithms(), exponentials(), circular(), inverse(), logistic(), kinks()].concat() {
        unary(visitor, op, points);
    }
    for (op, points) in [arithmetic(), powers(), planes(), choices()].concat() {
        binary(visitor, "edge", op, points, 2);
    }
    for (op, points) in corners() {
        binary(visitor, "corner", op, points, 1);
    }
    norms(visitor);
    clamps(visitor);
}

type UnaryRow = (UnaryOp<f64>, Vec<(f64, f64)>);
type BinaryRow = (BinaryOp, Vec<([f64; 2], [f64; 2])>);

/// Points with the partial at each.
fn unary(visitor: &mut impl Visitor, op: UnaryOp<f64>, points: Vec<(f64, f64)>) {
    let mut scenario = Scenario::new(format!("edge/{}", constants(op)), UnaryGate(op)).singular();
    for &(x, _) in &points {
        scenario = scenario.at(x);
    }
    let partial = move |x: f64| points.iter().find(|(at, _)| at.to_bits() == x.to_bits()).map(|(_, partial)| *partial);
    visitor.visit(&scenario.jacobian(move |&x| partial(x).into_iter().collect()));
}

/// The gate's name, with its constant where that tells two rows apart.
fn constants(op: UnaryOp<f64>) -> String {
    match op {
        UnaryOp::Powi(Powi { n }) => format!("powi({n})"),
        UnaryOp::Powf(Powf { exponent }) => format!("powf({exponent})"),
        _ => Unary::<f64>::name(op).to_owned(),
    }
}

fn binary(visitor: &mut impl Visitor, family: &str, op: BinaryOp, points: Vec<([f64; 2], [f64; 2])>, max_order: i32) {
    let mut scenario = Scenario::new(format!("{family}/{}", Binary::<f64>::name(op)), BinaryGate(op)).singular();
    scenario.max_order = max_order;
    for &(point, _) in &points {
        scenario = scenario.at(point);
    }
    let bits = |point: [f64; 2]| point.map(f64::to_bits);
    let partials = move |point| points.iter().find(|(at, _)| bits(*at) == bits(point)).map(|(_, partials)| *partials);
    visitor.visit(&scenario.jacobian(move |&point| partials(point).into_iter().flatten().collect()));
}

fn nary<G: Nary<f64>>(visitor: &mut impl Visitor, gate: G, points: Vec<(Vec<f64>, Vec<f64>)>) {
    let mut scenario = Scenario::new(format!("edge/{}", gate.name()), NaryGate(gate)).singular();
    for (point, _) in &points {
        scenario = scenario.at(point.clone());
    }
    let bits = |point: &[f64]| -> Vec<u64> { point.iter().map(|x| x.to_bits()).collect() };
    let partials = move |point: &[f64]| {
        points.iter().find(|(at, _)| bits(at) == bits(point)).map(|(_, partials)| partials.clone())
    };
    visitor.visit(&scenario.jacobian(move |point| partials(point).unwrap_or_default()));
}

/// Infinite slope at 0, NaN below; `½/√x` and its like at extreme magnitudes.
fn roots() -> Vec<UnaryRow> {
    let least = 5e-324;
    vec![
        (
            UnaryOp::Sqrt(Sqrt),
            vec![(0.0, INF), (-0.0, INF), (-1.0, NAN), (INF, 0.0), (1e300, 0.5e-150), (1e-300, 0.5e150)],
        ),
        (UnaryOp::Cbrt(Cbrt), vec![(0.0, INF), (-0.0, INF), (-8.0, 1.0 / 12.0), (INF, 0.0), (1e300, 1e-200 / 3.0)]),
        (UnaryOp::Rsqrt(Rsqrt), vec![(-1.0, NAN), (4.0, -0.0625), (INF, 0.0)]),
        (UnaryOp::Recip(Recip), vec![(0.0, -INF), (1e160, -1e-320), (1e150, -1e-300), (INF, 0.0)]),
        (UnaryOp::Abs(Abs), vec![(0.0, 0.0), (-0.0, 0.0), (-3.0, -1.0), (least, 1.0), (-INF, -1.0), (NAN, NAN)]),
        (UnaryOp::Powi(Powi { n: 0 }), vec![(0.0, 0.0), (-2.0, 0.0)]),
        (UnaryOp::Powi(Powi { n: 1 }), vec![(0.0, 1.0), (-2.0, 1.0)]),
        (UnaryOp::Powi(Powi { n: 2 }), vec![(0.0, 0.0), (-2.0, -4.0), (1e150, 2e150)]),
        (UnaryOp::Powi(Powi { n: -1 }), vec![(0.0, -INF), (-2.0, -0.25)]),
        (UnaryOp::Powf(Powf { exponent: 0.5 }), vec![(0.0, INF), (-1.0, NAN), (4.0, 0.25)]),
        (UnaryOp::Powf(Powf { exponent: 1.0 }), vec![(0.0, 1.0), (-2.0, 1.0)]),
        (UnaryOp::Powf(Powf { exponent: 1.5 }), vec![(0.0, 0.0), (1e-200, 1.5e-100)]),
        (UnaryOp::Powf(Powf { exponent: 3.0 }), vec![(-2.0, 12.0), (0.0, 0.0)]),
    ]
}

/// `1/x` above 0, `+∞` at ±0, NaN below.
fn logarithms() -> Vec<UnaryRow> {
    let log = |base: f64| vec![(0.0, INF), (-0.0, INF), (-1.0, NAN), (INF, 0.0), (1e300, 1e-300 / base)];
    vec![
        (UnaryOp::Ln(Ln), log(1.0)),
        (UnaryOp::Log2(Log2), log(LN_2)),
        (UnaryOp::Log10(Log10), log(std::f64::consts::LN_10)),
        (UnaryOp::FromZero(FromZero), vec![(0.0, 1.0), (-0.0, 1.0), (-1.0, NAN), (INF, 1.0), (-INF, NAN), (NAN, 1.0)]),
        (UnaryOp::Ln1p(Ln1p), vec![(-1.0, INF), (-2.0, NAN), (1e-20, 1.0), (INF, 0.0), (1e300, 1e-300)]),
    ]
}

fn exponentials() -> Vec<UnaryRow> {
    vec![
        (UnaryOp::Exp(Exp), vec![(-INF, 0.0), (INF, INF), (-800.0, 0.0), (800.0, INF), (NAN, NAN)]),
        (UnaryOp::ExpM1(ExpM1), vec![(-INF, 0.0), (-40.0, f64::exp(-40.0)), (0.0, 1.0), (1e-20, 1.0)]),
        (UnaryOp::Sinh(Sinh), vec![(0.0, 1.0), (800.0, INF), (-800.0, INF)]),
        (UnaryOp::Cosh(Cosh), vec![(0.0, 0.0), (800.0, INF), (-800.0, -INF)]),
        // sech² x = 4e⁻²ˣ/(1 + e⁻²ˣ)².
        (
            UnaryOp::Tanh(Tanh),
            vec![(20.0, 4.0 * f64::exp(-40.0)), (-20.0, 4.0 * f64::exp(-40.0)), (800.0, 0.0), (-INF, 0.0), (0.0, 1.0)],
        ),
    ]
}

fn circular() -> Vec<UnaryRow> {
    vec![
        (UnaryOp::Sin(Sin), vec![(INF, NAN), (-INF, NAN), (0.0, 1.0), (1e22, 0.523_214_785_395_138_9)]),
        (UnaryOp::Cos(Cos), vec![(INF, NAN), (0.0, 0.0), (1e22, 0.852_200_849_767_188_8)]),
        // The float next to π/2 is 6.123233995736766e−17 short of it; tan′ = 1/sin² of that.
        (UnaryOp::Tan(Tan), vec![(INF, NAN), (0.0, 1.0), (PI / 2.0, 6.123_233_995_736_766e-17_f64.powi(-2))]),
    ]
}

/// Inverse functions at the ends of their domains and far out.
fn inverse() -> Vec<UnaryRow> {
    vec![
        (UnaryOp::Asin(Asin), vec![(1.0, INF), (-1.0, INF), (1.5, NAN), (0.0, 1.0)]),
        (UnaryOp::Acos(Acos), vec![(1.0, -INF), (-1.0, -INF), (-1.5, NAN), (0.0, -1.0)]),
        (UnaryOp::Atan(Atan), vec![(INF, 0.0), (-INF, 0.0), (1e150, 1e-300), (1e200, 0.0), (0.0, 1.0)]),
        (UnaryOp::Asinh(Asinh), vec![(1e200, 1e-200), (-1e200, 1e-200), (INF, 0.0), (0.0, 1.0)]),
        (UnaryOp::Acosh(Acosh), vec![(1.0, INF), (0.5, NAN), (1e200, 1e-200), (INF, 0.0)]),
        (UnaryOp::Atanh(Atanh), vec![(1.0, INF), (-1.0, INF), (1.5, NAN), (0.0, 1.0)]),
    ]
}

/// Saturated: the tails are `e^−|x|`, never a cancelled zero or an overflow.
fn logistic() -> Vec<UnaryRow> {
    let tail = f64::exp(-40.0);
    vec![
        (UnaryOp::Sigmoid(Sigmoid), vec![(40.0, tail), (-40.0, tail), (800.0, 0.0), (-800.0, 0.0), (0.0, 0.25)]),
        (UnaryOp::Softplus(Softplus), vec![(800.0, 1.0), (-800.0, 0.0), (-40.0, tail), (INF, 1.0)]),
        (UnaryOp::LogSigmoid(LogSigmoid), vec![(800.0, 0.0), (-800.0, 1.0), (40.0, tail)]),
        (UnaryOp::Silu(Silu), vec![(800.0, 1.0), (-800.0, 0.0), (0.0, 0.5), (-INF, 0.0)]),
        (UnaryOp::Gelu(Gelu), vec![(800.0, 1.0), (-800.0, 0.0), (0.0, 0.5), (-INF, 0.0)]),
        (UnaryOp::Erf(Erf), vec![(800.0, 0.0), (-INF, 0.0), (0.0, 2.0 / PI.sqrt())]),
        (UnaryOp::Erfc(Erfc), vec![(800.0, 0.0), (-INF, 0.0), (0.0, -2.0 / PI.sqrt())]),
    ]
}

/// One documented convention at every kink: 0 for `relu` and the steps, 1 for the part after the point.
fn kinks() -> Vec<UnaryRow> {
    let flat = || vec![(0.0, 0.0), (-0.0, 0.0), (1.0, 0.0), (-2.5, 0.0), (NAN, NAN)];
    vec![
        (UnaryOp::Relu(Relu), vec![(0.0, 0.0), (-0.0, 0.0), (5e-324, 1.0), (-1.0, 0.0), (NAN, NAN)]),
        (UnaryOp::Signum(Signum), flat()),
        (UnaryOp::Floor(Floor), flat()),
        (UnaryOp::Ceil(Ceil), flat()),
        (UnaryOp::Round(Round), flat()),
        (UnaryOp::Trunc(Trunc), flat()),
        (UnaryOp::Detach(Detach), vec![(0.0, 0.0), (-0.0, 0.0), (1e300, 0.0), (INF, 0.0), (-INF, 0.0), (NAN, 0.0)]),
        (UnaryOp::Fract(Fract), vec![(0.0, 1.0), (1.0, 1.0), (-2.5, 1.0), (NAN, NAN)]),
    ]
}

fn arithmetic() -> Vec<BinaryRow> {
    vec![
        (
            BinaryOp::Div,
            vec![([1e300, 1e300], [1e-300, -1e-300]), ([1e-300, 1e-300], [1e300, -1e300]), ([1.0, 0.0], [INF, -INF])],
        ),
        (BinaryOp::Mul, vec![([0.0, 1e300], [1e300, 0.0]), ([1e-320, 1e-320], [1e-320, 1e-320])]),
        (BinaryOp::Rem, vec![([-7.5, 2.0], [1.0, 3.0]), ([7.5, -2.0], [1.0, 3.0]), ([1.0, 0.0], [NAN, NAN])]),
    ]
}

/// Each lane of a power on its own.
fn powers() -> Vec<BinaryRow> {
    vec![
        (BinaryOp::Pow, vec![([0.0, 2.0], [0.0, 0.0]), ([-2.0, 3.0], [12.0, NAN]), ([2.0, 0.0], [0.0, LN_2])]),
        (BinaryOp::Xlogy, vec![([0.0, 2.0], [LN_2, 0.0])]),
        (
            BinaryOp::Logaddexp,
            vec![
                ([1000.0, 0.0], [1.0, 0.0]),
                ([-INF, 0.0], [0.0, 1.0]),
                ([INF, INF], [0.5, 0.5]),
                ([-INF, -INF], [0.5, 0.5]),
            ],
        ),
    ]
}

/// Points with first derivatives by convention or of extreme size, where the second ones depend on the way there.
fn corners() -> Vec<BinaryRow> {
    vec![
        (BinaryOp::Pow, vec![([0.0, 1.0], [1.0, 0.0]), ([0.0, 0.0], [0.0, 0.0])]),
        (BinaryOp::Xlogy, vec![([0.0, 0.0], [-INF, 0.0])]),
        (BinaryOp::Atan2, vec![([1e-200, 1e-200], [0.5e200, -0.5e200])]),
    ]
}

/// The origin, extreme radii and infinity.
fn planes() -> Vec<BinaryRow> {
    let root = 0.5_f64.sqrt();
    vec![
        (
            BinaryOp::Hypot,
            vec![
                ([0.0, 0.0], [0.0, 0.0]),
                ([1e200, 1e200], [root, root]),
                ([1e-200, -1e-200], [root, -root]),
                ([INF, 1.0], [1.0, 0.0]),
            ],
        ),
        (
            BinaryOp::Atan2,
            vec![([0.0, 0.0], [0.0, 0.0]), ([1e200, 1e200], [0.5e-200, -0.5e-200]), ([0.0, -1.0], [-1.0, 0.0])],
        ),
    ]
}

/// A tie is shared by halves; a NaN leaves all to the other operand.
fn choices() -> Vec<BinaryRow> {
    let rows =
        vec![([1.0, 1.0], [0.5, 0.5]), ([0.0, -0.0], [0.5, 0.5]), ([NAN, 2.0], [0.0, 1.0]), ([2.0, NAN], [1.0, 0.0])];
    vec![
        (BinaryOp::Max, [rows.clone(), vec![([INF, 0.0], [1.0, 0.0])]].concat()),
        (BinaryOp::Min, [rows, vec![([INF, 0.0], [0.0, 1.0])]].concat()),
        (BinaryOp::Copysign, vec![([0.0, -1.0], [0.0, 0.0]), ([-2.0, -0.0], [1.0, 0.0])]),
    ]
}

fn norms(visitor: &mut impl Visitor) {
    let (root, third) = (0.5_f64.sqrt(), 1.0 / 3.0);
    nary(
        visitor,
        Norm,
        vec![
            (vec![0.0, 0.0], vec![0.0, 0.0]),
            (vec![1e200, -1e200], vec![root, -root]),
            (vec![1e-200, 1e-200], vec![root, root]),
            (vec![INF, 1.0], vec![1.0, 0.0]),
        ],
    );
    nary(
        visitor,
        Logsumexp,
        vec![
            (vec![1000.0; 3], vec![third; 3]),
            (vec![-INF; 3], vec![third; 3]),
            (vec![INF, 0.0, INF], vec![0.5, 0.0, 0.5]),
            (vec![-INF, 0.0], vec![0.0, 1.0]),
        ],
    );
    nary(visitor, ProductOf, vec![(vec![0.0, 0.0, 3.0], vec![0.0; 3]), (vec![0.0, 2.0, 3.0], vec![6.0, 0.0, 0.0])]);
}

/// At a bound the partial belongs to the clamped number.
fn clamps(visitor: &mut impl Visitor) {
    nary(
        visitor,
        Clamp,
        vec![(vec![-1.0, -1.0, 1.0], vec![1.0, 0.0, 0.0]), (vec![1.0, -1.0, 1.0], vec![1.0, 0.0, 0.0])],
    );
    nary(visitor, Select, vec![(vec![0.0, 2.0, 3.0], vec![0.0, 0.0, 1.0])]);
}
