//! `#[derive(Tree)]`: leaves in the order of the fields, whatever the shape of the struct.
#![deny(warnings)]

extern crate anygrad_core as anygrad;

use std::fmt::Debug;
use std::marker::PhantomData;

use anygrad_core::{Error, Point, Real, Scalar};
use anygrad_forward::Dual;
use anygrad_macros::Tree;
use proptest::prelude::*;

/// Named fields, one without scalars in their midst.
#[derive(Clone, Debug, PartialEq, Tree)]
struct Layer<S> {
    weights: Vec<[S; 2]>,
    name: String,
    bias: S,
}

/// Fields by number, and a derived struct inside.
#[derive(Clone, Debug, PartialEq, Tree)]
struct Net<S>(Layer<S>, usize, Option<Layer<S>>, (S, Vec<S>));

/// Every kind of parameter, with bounds, a where clause, and a default.
#[derive(Clone, Debug, PartialEq, Tree)]
#[tree(scalar = X, crate = anygrad_core)]
struct Everything<'a, T, X = f64, const N: usize = 2>
where
    X: Scalar,
    T: Debug,
{
    r#type: [X; N],
    tag: T,
    tags: Vec<T>,
    text: &'a str,
    rate: X::Real,
    inner: Tagged<X, T>,
    marker: PhantomData<X>,
}

#[derive(Clone, Debug, PartialEq, Tree)]
struct Tagged<S: Scalar, T>(T, S);

/// A leaf that is fixed by the bound.
#[derive(Clone, Debug, PartialEq, Tree)]
struct Single<S: Scalar<Real = f32>> {
    x: S,
}

/// A leaf that is a parameter itself.
#[derive(Clone, Debug, PartialEq, Tree)]
struct Ranged<R: Real, S: Scalar<Real = R>> {
    low: R,
    x: S,
}

/// Recursive, and named like the generated parameters.
#[derive(Clone, Debug, PartialEq, Tree)]
struct R<U> {
    value: U,
    children: Vec<R<U>>,
}

/// Bounds that every scalar meets, on the parameter and in a where clause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Tree)]
struct Bounded<S: Copy + Debug>(S, S)
where
    Vec<S>: Debug;

/// Lifetimes that outlive one another, an unsized parameter, and a bounded struct deep inside.
#[derive(Tree)]
#[tree(scalar = S)]
struct Deep<'a, 'b: 'a, K: ?Sized, S: Scalar, const N: usize>
where
    K: ToString,
{
    pairs: [Vec<(S, Bounded<S>)>; N],
    key: &'a K,
    text: &'b str,
    last: Option<[S; N]>,
}

/// Marker only.
#[derive(Clone, Debug, PartialEq, Tree)]
struct Nothing<S>(PhantomData<S>);

fn layer(x: f64) -> Layer<f64> {
    Layer { weights: vec![[x, x + 1.0], [x + 2.0, x + 3.0]], name: "a".into(), bias: x + 4.0 }
}

fn everything() -> Everything<'static, char> {
    Everything {
        r#type: [1.0, 2.0],
        tag: 'b',
        tags: vec!['c'],
        text: "d",
        rate: 9.0,
        inner: Tagged('e', 3.0),
        marker: PhantomData,
    }
}

/// Leaves, in order.
fn leaves<T: Point<Leaf = f64>>(of: &T) -> Vec<f64> {
    T::flatten(of)
}

#[test]
fn leaves_come_in_the_order_of_the_fields() {
    assert_eq!(leaves(&layer(0.0)), [0.0, 1.0, 2.0, 3.0, 4.0]);
    let net = Net(layer(0.0), 7, Some(layer(5.0)), (10.0, vec![11.0, 12.0]));
    assert_eq!(leaves(&net), (0..13).map(f64::from).collect::<Vec<_>>());
    assert_eq!(leaves(&everything()), [1.0, 2.0, 3.0]);
    assert_eq!(<Single<f32> as anygrad_core::Tree>::flatten(&Single { x: 0.5 }), [0.5_f32]);
    assert_eq!(leaves(&Ranged { low: 1.0, x: 2.0 }), [2.0]);
    let tree = R { value: 1.0, children: vec![R { value: 2.0, children: vec![] }, R { value: 3.0, children: vec![] }] };
    assert_eq!(leaves(&tree), [1.0, 2.0, 3.0]);
    assert_eq!(leaves(&Bounded(1.0, 2.0)), [1.0, 2.0]);
    let deep = Deep { pairs: [vec![(1.0, Bounded(2.0, 3.0))]], key: "k", text: "t", last: Some([4.0]) };
    assert_eq!(leaves(&deep), [1.0, 2.0, 3.0, 4.0]);
    assert_eq!((deep.key.to_string(), deep.text), ("k".to_owned(), "t"));
    assert_eq!(leaves(&Nothing::<f64>(PhantomData)), [0.0; 0]);
}

#[test]
fn fields_without_scalars_are_cloned_by_map() {
    use anygrad_core::Tree;
    let doubled = Everything::map(&everything(), &mut |x: f64| 2.0 * x);
    let expected = Everything { r#type: [2.0, 4.0], inner: Tagged('e', 6.0), ..everything() };
    assert_eq!(doubled, expected);
    let ranged = Ranged::map(&Ranged { low: 1.0, x: 2.0 }, &mut |x: f64| Dual::<f64, 1>::constant(x));
    assert_eq!((ranged.low, ranged.x.primal()), (1.0, 2.0));
}

#[test]
fn leaves_are_written_in_place() {
    use anygrad_core::Tree;
    let mut net = Net(layer(0.0), 7, None, (5.0, vec![6.0]));
    Net::each_mut(&mut net, &mut |x: &mut f64| *x += 1.0);
    assert_eq!(net, Net(layer(1.0), 7, None, (6.0, vec![7.0])));
}

#[test]
fn other_shapes_are_refused_where_they_part() {
    use anygrad_core::Tree;
    let (a, b) = (Net(layer(0.0), 7, None, (5.0, vec![6.0])), Net(layer(0.0), 7, None, (5.0, vec![6.0, 7.0])));
    let mismatch = Net::zip(&a, &b, &mut |_: f64, _: f64| ()).unwrap_err();
    assert_eq!((mismatch.expected, mismatch.found), (1, 2));
    let error = Net::check_shape::<f64, f64>("x", &a, &b).unwrap_err();
    assert_eq!(error, Error::DimensionMismatch { what: "x", expected: 1, found: 2 });
    // What is no scalar is no shape.
    assert!(Net::zip(&a, &Net(layer(0.0), 8, None, (5.0, vec![6.0])), &mut |_: f64, _: f64| ()).is_ok());
}

fn layers() -> impl Strategy<Value = Layer<f64>> {
    let weights = prop::collection::vec(prop::array::uniform2(-1e3..1e3), 0..4);
    (weights, "[a-z]{0,3}", -1e3..1e3).prop_map(|(weights, name, bias)| Layer { weights, name, bias })
}

fn nets() -> impl Strategy<Value = Net<f64>> {
    let rest = (-1e3..1e3, prop::collection::vec(-1e3..1e3, 0..4));
    (layers(), 0..9_usize, prop::option::of(layers()), rest).prop_map(|(a, n, b, rest)| Net(a, n, b, rest))
}

/// The order of the fields, written out.
fn by_hand(net: &Net<f64>) -> Vec<f64> {
    let Net(first, _, second, (x, rest)) = net;
    let layer = |layer: &Layer<f64>| [layer.weights.concat(), vec![layer.bias]].concat();
    [layer(first), second.as_ref().map(layer).unwrap_or_default(), vec![*x], rest.clone()].concat()
}

proptest! {
    #[test]
    fn flatten_is_the_order_of_the_fields(net in nets()) {
        use anygrad_core::Tree;
        prop_assert_eq!(leaves(&net), by_hand(&net));
        prop_assert_eq!(Net::<f64>::count(&net), by_hand(&net).len());
    }

    #[test]
    fn flatten_and_map_commute_and_refill_undoes_flatten(net in nets(), factor in -2.0..2.0) {
        use anygrad_core::Tree;
        let scaled = Net::map(&net, &mut |x: f64| x * factor);
        prop_assert_eq!(leaves(&scaled), leaves(&net).into_iter().map(|x| x * factor).collect::<Vec<_>>());
        let back: Net<f64> = Net::<f64>::refill(&scaled, &mut leaves(&net).into_iter()).unwrap();
        prop_assert_eq!(back, net);
    }

    #[test]
    fn zip_pairs_the_leaves_of_one_place(net in nets()) {
        use anygrad_core::Tree;
        let duals = Net::map(&net, &mut |x: f64| Dual::<f64, 1>::constant(x));
        let mut pairs = Vec::new();
        Net::zip(&net, &duals, &mut |a: f64, b: Dual<f64, 1>| pairs.push((a, b.primal()))).unwrap();
        prop_assert_eq!(pairs, by_hand(&net).into_iter().map(|x| (x, x)).collect::<Vec<_>>());
    }
}
