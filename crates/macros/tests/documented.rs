//! Under `missing_docs`, in a public module, everything that is generated has its documentation.
#![deny(missing_docs, warnings, rust_2018_idioms, unreachable_pub)]

/// Public.
pub mod functions {
    use anygrad_core::{Real, Scalar};
    use anygrad_macros::{Tree, differentiable};

    /// A line.
    #[differentiable(crate = anygrad_core, name = Lines)]
    pub fn line<R: Real, S: Scalar<Real = R>>(x: S, slope: R, name: &str) -> S {
        if name.is_empty() { x } else { x * slope }
    }

    /// Its slope and its intercept.
    #[derive(Tree)]
    #[tree(crate = anygrad_core)]
    pub struct Line<S> {
        /// Per unit of x.
        pub slope: S,
    }

    #[differentiable(name = Inner, crate = anygrad_core)]
    pub(crate) fn inner<S: Scalar<Real = f64>>(line: &super::functions::Line<S>, at: &[f64]) -> S {
        line.slope * at[0]
    }

    pub(super) mod private {
        use super::*;

        #[differentiable(crate = anygrad_core)]
        pub(crate) fn open<R: Real, S: Scalar<Real = R>>(x: S) -> S {
            x
        }
    }
}

#[test]
fn what_is_generated_has_its_documentation() {
    use anygrad_core::Differentiable;
    use functions::*;
    assert_eq!(line(3.0, 2.0, "a"), 6.0);
    assert_eq!(inner(&Line { slope: 2.0 }, &[3.0]), Inner { at: &[3.0] }.call(&Line { slope: 2.0 }));
    assert_eq!(private::open(1.0), private::Open::<f64>::new().call(&1.0));
}
