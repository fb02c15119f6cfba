//! The macros of anygrad. They write by themselves what is tedious by hand, and nothing that cannot be written by hand:
//!
//! | macro | on | gives |
//! |---|---|---|
//! | [`macro@differentiable`] | a generic function | a struct that implements `Differentiable` |
//! | [`macro@Tree`] | a struct generic over its scalar | an implementation of `Tree` |
//! | [`function!`] | an expression like a closure, with the data it captures | a value that implements `Differentiable` |
//!
//! The code that they write names the crate `::anygrad`. Where only `anygrad-core` is a dependency, or the facade has another
//! name, say `crate = path`.

mod anonymous;
mod argument;
mod carried;
mod differentiable;
mod field;
mod names;
mod options;
mod scalar;
mod signature;
mod tree;
mod value;

use proc_macro::TokenStream;

/// Makes a value of a generic function, for backends to differentiate.
///
/// The function stays as it is, with `#[inline]` unless it has that in some form. Beside it stands a struct with the
/// function's name in CamelCase, its visibility and its documentation, which implements `Differentiable`.
///
/// ```
/// # extern crate anygrad_core as anygrad;
/// use anygrad::{Backend, Scalar};
/// use anygrad_forward::Forward;
/// # use anygrad_macros::differentiable;
///
/// /// A neuron, `σ(a·x + b·y + c)`.
/// #[differentiable]
/// fn neuron<S: Scalar<Real = f64>>(&[a, b, c, x, y]: &[S; 5]) -> S {
///     S::one() / (S::one() + (-(a * x + b * y + c)).exp())
/// }
///
/// let point = [1.0, 2.0, -3.0, -1.0, 3.0];
/// assert_eq!(neuron(&point), 0.8807970779778823);
/// let gradient = Forward::new().gradient(&Neuron, &point)?;
/// assert_eq!(gradient[1], 0.3149807562105195);
/// # Ok::<(), anygrad::Error>(())
/// ```
///
/// # The scalar and its leaf
/// The scalar is the one type parameter with a bound that ends in `Scalar`. The leaf, the float in the structures that a
/// backend is called with, is the `Real` of that bound:
///
/// | bound | leaf | the value |
/// |---|---|---|
/// | `S: Scalar<Real = f32>` | `f32` | `Neuron` |
/// | `S: Scalar` | `f64` | `Neuron` |
/// | `R: Real, S: Scalar<Real = R>` | `R` | `Neuron::<f32>::new()` |
///
/// All other parameters are the struct's too.
///
/// # Active arguments
/// Arguments whose type mentions the scalar are active. One is the input; several, up to six, make a tuple. Each may be
/// taken by reference or by value, and by any pattern.
///
/// | argument | input |
/// |---|---|
/// | `S`, `&S` | `f64` |
/// | `&[S; N]`, `[S; N]` | `[f64; N]` |
/// | `&[S]`, `&Vec<S>`, `Vec<S>` | `Vec<f64>` |
/// | `&Params<S>`, `Params<S>`, with [`#[derive(Tree)]`](macro@Tree) | `Params<f64>` |
/// | tuples, `Option`, any nesting | the same of `f64` |
///
/// By reference costs nothing; a vector or a struct by value is rebuilt at every call. The output is the return type with
/// the leaf for the scalar.
///
/// # Data
/// The other arguments are data: public fields of the struct, in order. `S::Real` is data too. References stay references,
/// and what is owned is cloned at every call.
///
/// ```
/// # extern crate anygrad_core as anygrad;
/// # use anygrad::{Backend, Scalar};
/// # use anygrad_forward::Forward;
/// # use anygrad_macros::differentiable;
/// /// The squared error of a line, `Σ (a·x + b − y)²`.
/// #[differentiable]
/// fn loss<S: Scalar<Real = f64>>(a: S, b: S, data: &[(f64, f64)]) -> S {
///     data.iter().map(|(x, y)| (a * *x + b - *y).powi(2)).sum()
/// }
///
/// let data = [(1.0, 2.0), (2.0, 3.0)];
/// // The residuals at 0 are −2 and −3.
/// let (a, b): (f64, f64) = Forward::new().gradient(&Loss { data: &data }, &(0.0, 0.0))?;
/// assert_eq!((a, b), (-16.0, -10.0));
/// # Ok::<(), anygrad::Error>(())
/// ```
///
/// Without data the struct is a unit struct, and its name is the value. With data, or with a type parameter that no field
/// mentions, it has `new` with the fields in order. It is `Clone` and `Debug` where its fields are, and `Copy` if they are
/// numbers and references.
///
/// # Functions that fail
/// A function may return a `Result`, whose error is the crate's `Error` or converts into it; errors of other types go in by
/// `Error::function`. The output is what is in `Ok`. Every backend returns the error of the function as its own; `call`, which
/// has no room for it, panics with it.
///
/// ```
/// # extern crate anygrad_core as anygrad;
/// # use anygrad::{Backend, Error, Scalar};
/// # use anygrad_forward::Forward;
/// # use anygrad_macros::differentiable;
/// #[derive(Debug, thiserror::Error)]
/// #[error("expected a positive radius, found {0}")]
/// struct BadRadius(f64);
///
/// /// The volume of a ball.
/// #[differentiable]
/// fn volume<S: Scalar<Real = f64>>(radius: S) -> Result<S, Error> {
///     if radius > S::zero() {
///         Ok(radius.powi(3) * (4.0 / 3.0 * std::f64::consts::PI))
///     } else {
///         Err(Error::function(BadRadius(radius.primal())))
///     }
/// }
///
/// assert_eq!(Forward::new().gradient(&Volume, &0.5)?, std::f64::consts::PI);
/// let error = Forward::new().gradient(&Volume, &-1.0).unwrap_err();
/// assert_eq!(error.to_string(), "expected a positive radius, found -1");
/// # Ok::<(), Error>(())
/// ```
///
/// # Options
/// `#[differentiable(name = TypeName)]` names the struct; `#[differentiable(crate = path)]` says where the traits are.
///
/// # Errors
/// The function is refused, with the reason at the place, if it has no scalar or two, no active argument or more than six, a
/// return type without the scalar, an argument of type `impl Trait` or `&mut`, a structure that borrows its scalars (`&[&S]`),
/// data taken by a pattern, or if it is a method, `async` or `unsafe`.
#[proc_macro_attribute]
pub fn differentiable(options: TokenStream, function: TokenStream) -> TokenStream {
    differentiable::attribute(options.into(), function.into()).into()
}

/// Implements `Tree` for a struct that is generic over its scalar, so that it can be the input or the output of a
/// function, and the gradient has its type.
///
/// ```
/// # extern crate anygrad_core as anygrad;
/// use anygrad::{Backend, Scalar, Tree};
/// use anygrad_forward::Forward;
/// # use anygrad_macros::{Tree, differentiable};
///
/// #[derive(Tree, Debug, PartialEq)]
/// struct Layer<S> {
///     weights: Vec<S>,
///     bias: S,
///     name: String,
/// }
///
/// #[differentiable]
/// fn output<S: Scalar<Real = f64>>(layer: &Layer<S>) -> S {
///     layer.weights.iter().copied().sum::<S>() * layer.bias
/// }
///
/// let layer = Layer { weights: vec![1.0, 2.0], bias: 4.0, name: "hidden".to_owned() };
/// assert_eq!(Layer::flatten(&layer), [1.0, 2.0, 4.0]);
/// let gradient = Forward::new().gradient(&Output, &layer)?;
/// assert_eq!(gradient, Layer { weights: vec![4.0, 4.0], bias: 3.0, name: "hidden".to_owned() });
/// # Ok::<(), anygrad::Error>(())
/// ```
///
/// The leaves are those of the fields that mention the scalar, in the order in which they are written. Such fields are trees
/// themselves: scalars, arrays, `Vec`, tuples, `Option`, other derived structs. The other fields are cloned, and take no part
/// in the shape; a `PhantomData` is made anew.
///
/// The scalar is the type parameter bounded by `Scalar`, or the only one, or the one that is named:
/// `#[tree(scalar = S)]`. A bound `S: Scalar<Real = f32>` makes `f32` the only leaf; without, there is an implementation for
/// every leaf. `#[tree(crate = path)]` says where the traits are.
///
/// # Errors
/// Refused, with the reason at the place, are enums and unions, structs without a type parameter, structs with several of
/// which none is known to be the scalar, a scalar bounded by `Real`, and fields that borrow their scalars.
#[proc_macro_derive(Tree, attributes(tree))]
pub fn tree(input: TokenStream) -> TokenStream {
    tree::derive(input.into()).into()
}

/// A function with the data that it captures, written where it is used.
///
/// `function!(|argument: Type, data: Type = value| -> Type { body })` is an expression whose value implements
/// `Differentiable`. `S` is the scalar. Arguments whose type mentions `S` are active, the others have a value and are
/// captured; all is as with [`#[differentiable]`](macro@differentiable).
///
/// ```
/// # extern crate anygrad_core as anygrad;
/// use anygrad::{Backend, Differentiable};
/// use anygrad_forward::Forward;
/// # use anygrad_macros::function;
///
/// let points = vec![(1.0, 2.0), (2.0, 3.0)];
/// let loss = function!(|w: &[S; 2], data: &[(f64, f64)] = &points| -> S {
///     data.iter().map(|(x, y)| (w[0] * *x + w[1] - *y).powi(2)).sum()
/// });
/// assert_eq!(loss.call(&[0.0, 0.0]), 13.0);
/// assert_eq!(Forward::new().gradient(&loss, &[0.0, 0.0])?, [-16.0, -10.0]);
/// # Ok::<(), anygrad::Error>(())
/// ```
///
/// The leaf is `f64`, or the type before the bars; before it, `crate = path;` says where the traits are:
///
/// ```
/// use anygrad_core::Differentiable;
/// # use anygrad_macros::function;
///
/// let square = function!(crate = anygrad_core; f32; |x: S| -> S { x * x });
/// assert_eq!(square.call(&3.0_f32), 9.0);
/// ```
///
/// The body is that of a function, not of a closure: it sees the items around it, but variables only as captured data, and
/// no type parameters of the function around it. A captured value that contains `|` needs parentheses.
///
/// # Errors
/// An argument that is neither active nor captured, or both, and all that `#[differentiable]` refuses.
#[proc_macro]
pub fn function(input: TokenStream) -> TokenStream {
    anonymous::function(input.into()).into()
}
