//! Mistakes that were printed in good places, and how a verification tells: gradients by hand against every backend, and a
//! gate with a wrong rule, which the report names with its line.

use anygrad::prelude::*;
use anygrad::verification::{CLOSED_FORM, Check, ClosedForm, Parting, Place};
use anygrad::{Real, Unary};

/// `σ(a·x + b·y + c)`.
#[differentiable]
fn neuron<S: Scalar<Real = f64>>(&[a, b, c, x, y]: &[S; 5]) -> S {
    S::one() / (S::one() + (-(a * x + b * y + c)).exp())
}

#[differentiable]
fn two_products<S: Scalar<Real = f64>>(&[a, b, c, d]: &[S; 4]) -> S {
    a * b + c * d
}

#[differentiable]
fn scaled_reciprocal<S: Scalar<Real = f64>>(&[a, scale]: &[S; 2]) -> S {
    a.recip() * scale
}

#[differentiable]
fn larger<S: Scalar<Real = f64>>(&[x, y]: &[S; 2]) -> S {
    x.max(y)
}

#[differentiable]
fn exp_of_product<S: Scalar<Real = f64>>(&[x, y]: &[S; 2]) -> S {
    (x * y).exp()
}

/// The logistic function with the derivative of the guide, `q(1 − q)` of what comes in instead of what goes out.
#[derive(Clone, Copy, Debug)]
struct GuideSigmoid;

impl<R: Real> Unary<R> for GuideSigmoid {
    fn name(self) -> &'static str {
        "guide_sigmoid"
    }

    fn value(self, q: R) -> R {
        q.sigmoid()
    }

    fn partial<T: Scalar<Real = R>>(self, q: T, _s: T) -> T {
        q * (T::one() - q)
    }
}

const FIRST_LINE: u32 = line!();

#[differentiable]
fn neuron_of_the_guide<S: Scalar<Real = f64>>(&[a, b, c, x, y]: &[S; 5]) -> S {
    (a * x + b * y + c).unary(GuideSigmoid)
}

/// The partial derivative along one input, as a function of all.
struct Partial<F>(F, usize);

impl<const N: usize, F: Differentiable<Input = [f64; N], Output = f64>> Differentiable for Partial<F> {
    type Input = [f64; N];
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &[S; N]) -> S {
        Forward::new().gradient_over::<F, S>(&self.0, x).map_or_else(|_| S::nan(), |(_, gradient)| gradient[self.1])
    }
}

fn main() -> Result<(), Error> {
    println!("{:54} {:>34}   {:>34}   flagged", "mistake", "by hand", "right");
    let sigmoid = |q: f64| 1.0 / (1.0 + (-q).exp());
    // Karpathy's guide: the derivative of σ in terms of its output, fed with its input.
    compare(
        "dq = q(1 - q) with q before the sigmoid, 2",
        &Neuron,
        [1.0, 2.0, -3.0, -1.0, 3.0],
        |&[a, b, c, x, y]| times((a * x + b * y + c) * (1.0 - (a * x + b * y + c)), [x, y, 1.0, a, b]),
        move |&[a, b, c, x, y]| {
            let s = sigmoid(a * x + b * y + c);
            times(s * (1.0 - s), [x, y, 1.0, a, b])
        },
    )?;
    // The same guide: four lines, the last of which names the second variable again.
    compare(
        "db assigned twice, dd never",
        &TwoProducts,
        [1.0, 2.0, 3.0, 4.0],
        |&[_, b, c, d]| [b, c, d, 0.0],
        |&[a, b, c, d]| [b, a, d, c],
    )?;
    // The same guide: the chain rule without what comes down the chain.
    compare(
        "da = -1/(a·a) without ·dx",
        &ScaledReciprocal,
        [2.0, 3.0],
        |&[a, _]| [-1.0 / (a * a), 1.0 / a],
        |&[a, scale]| [-scale / (a * a), 1.0 / a],
    )?;
    // Where both sides of a max are equal, moving both by 1 moves it by 1, not by 2.
    compare("a tie of max that passes 1 + 1", &Larger, [2.0, 2.0], |_| [1.0, 1.0], |_| [0.5, 0.5])?;
    // Third derivatives in the README of Haskell's ad: ∂³/∂x²∂y = (2y + xy²)·eˣʸ and ∂³/∂x∂y² = (2x + x²y)·eˣʸ.
    let e = |&[x, y]: &[f64; 2]| (x * y).exp();
    compare(
        "44.33 for the derivative xxy of exp(xy)",
        &Partial(Partial(ExpOfProduct, 0), 0),
        [1.0, 2.0],
        move |p| [p[1].powi(3) * e(p), 44.33],
        move |p| [p[1].powi(3) * e(p), (2.0 * p[1] + p[0] * p[1] * p[1]) * e(p)],
    )?;
    compare(
        "14.78 for the derivative xyy of exp(xy)",
        &Partial(Partial(ExpOfProduct, 1), 1),
        [1.0, 2.0],
        move |p| [14.78, p[0].powi(3) * e(p)],
        move |p| [(2.0 * p[0] + p[0] * p[0] * p[1]) * e(p), p[0].powi(3) * e(p)],
    )?;
    name_the_gate()
}

/// The first mistake once more, as the rule of a gate: exact modes take it as it is, and finite differences notice. All part at
/// the gate, on its line, where its rule gives −2 and its values change by 0.105.
fn name_the_gate() -> Result<(), Error> {
    let point = [1.0, 2.0, -3.0, -1.0, 3.0];
    let report = anygrad::verify(&NeuronOfTheGuide).at(&point).run()?;
    let first = report.disagreements().find(|check| check.operator.order() == 1);
    println!("\n{}", first.expect("a mistake"));
    for check in report.disagreements().filter(|check| check.operator.order() == 1) {
        let Some(Parting::Gate { site, sides: [rule, differences], .. }) = &check.parting else { panic!("{check}") };
        assert_eq!((site.gate, site.at.as_slice()), ("guide_sigmoid", &[2.0][..]));
        let Place::Line(location) = site.place else { panic!("{check}") };
        assert_eq!((location.file(), location.line()), (file!(), FIRST_LINE + 4));
        assert_eq!(rule.numbers, [-2.0]);
        assert!((differences.numbers[0] - 0.1049935854035065).abs() < 1e-9);
    }
    Ok(())
}

fn times<const N: usize>(factor: f64, numbers: [f64; N]) -> [f64; N] {
    numbers.map(|number| factor * number)
}

/// Verifies a function against a wrong gradient, where the wrong one must be flagged, and against the right one.
fn compare<const N: usize, F: Differentiable<Input = [f64; N], Output = f64>>(
    mistake: &str,
    f: &F,
    point: [f64; N],
    wrong: impl Fn(&[f64; N]) -> [f64; N] + Copy + 'static,
    right: impl Fn(&[f64; N]) -> [f64; N] + Copy + 'static,
) -> Result<(), Error> {
    let by_hand = ClosedForm::default().jacobian(move |x| wrong(x).to_vec());
    let report = anygrad::verify(f).at(&point).closed_form(&by_hand).run()?;
    let flagged = report.disagreements().count();
    assert!(flagged > 0, "{mistake} went unnoticed");
    let of_the_hand =
        report.disagreements().filter(|check| [&check.backend, &check.against].contains(&&CLOSED_FORM.to_owned()));
    assert_eq!(of_the_hand.count(), flagged, "the backends agree with each other:\n{report}");
    let at_no_gate = |check: &Check| matches!(check.parting, Some(Parting::Nowhere { .. }));
    assert!(report.disagreements().all(at_no_gate), "every gate is right, the hand is not:\n{report}");

    let corrected = ClosedForm::default().jacobian(move |x| right(x).to_vec());
    anygrad::verify(f).at(&point).closed_form(&corrected).run()?.assert_agree();
    let show = |numbers: [f64; N]| numbers.map(|number| format!("{number:.3}")).join(" ");
    println!("{mistake:54} {:>34}   {:>34}   {flagged} checks", show(wrong(&point)), show(right(&point)));
    Ok(())
}
