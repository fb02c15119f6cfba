//! Where every gate alone agrees: a sum of adjoints that lacks a term.

mod forgetful;

use crate::common::parting;
use anygrad_core::{Backend, Differentiable, Error, In, Leaf, Mode, Out, Scalar};
use anygrad_forward::Forward;
use anygrad_verify::{Parting, Source, verify};

/// Reverse mode in which what comes back through one reader of a value overwrites what came through others.
#[derive(Clone)]
struct Forgetful;

impl Backend for Forgetful {
    const MODE: Mode = Mode::Pullback;

    fn name(&self) -> &'static str {
        "forgetful"
    }

    fn pullback<F, T>(&mut self, f: &F, x: &In<F, T>, by: &Out<F, T>) -> Result<(Out<F, T>, In<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        forgetful::pullback::<F, T>(f, x, by)
    }
}

/// `sin(x)·a + sin(x)·b`, the sine made once.
struct FanOut;

impl Differentiable for FanOut {
    type Input = [f64; 3];
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, &[x, a, b]: &[S; 3]) -> S {
        let sine = x.sin();
        sine * a + sine * b
    }
}

#[test]
fn a_lost_adjoint_is_found_where_paths_meet() {
    let point = [0.5, 2.0, 3.0];
    let report = verify(&FanOut).at(&point).with(Forward::new()).with(Forgetful).run().expect("two sides");
    let Parting::Accumulation { from: Source::Gate(from), to, sides: [right, wrong] } = parting(&report) else {
        panic!("{report}")
    };
    assert_eq!((from.gate, from.at.as_slice(), to.gate), ("sin", &[0.5][..], "add"));
    // ∂(s·a + s·b)/∂s = a + b; of the two terms one is lost.
    assert_eq!(right.numbers, [5.0]);
    assert!([[2.0], [3.0]].iter().any(|lost| wrong.numbers == lost), "{wrong:?}");
    assert!(
        report.to_string().contains("the sum of adjoints does not: missing accumulation at sin(0.5) at "),
        "{report}"
    );
}

#[test]
fn an_operand_given_twice_is_an_accumulation_at_the_input() {
    let report = verify(&crate::common::Bilinear)
        .at(&[1.5, -2.0])
        .with(Forward::new())
        .with(Forgetful)
        .run()
        .expect("two sides");
    let Parting::Accumulation { from: Source::Input(0), to, .. } = parting(&report) else { panic!("{report}") };
    // x·x of x·y + x·x.
    assert_eq!((to.gate, to.at.as_slice()), ("mul", &[1.5, 1.5][..]));
}
