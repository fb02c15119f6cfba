//! Comparisons of dual numbers and variables: what they ask of the scalar inside, and that they know every kind of float.

use std::cell::RefCell;
use std::fmt;
use std::num::FpCategory;

use anygrad_core::arrays::Elements;
use anygrad_core::num_traits::Float;
use anygrad_core::{Binary, Nary, Real, Relation, Scalar, Unary, impl_scalar_traits};
use anygrad_forward::Dual;
use anygrad_reverse::Tape;

use Relation::{Equal, Less, LessOrEqual};

/// A question with its two numbers.
type Asked = (Relation, f64, f64);

thread_local! {
    /// What was asked on this thread.
    static ASKED: RefCell<Vec<Asked>> = const { RefCell::new(Vec::new()) };
}

fn asked() -> Vec<Asked> {
    ASKED.take()
}

/// A float that writes down what it is asked; a contrary one answers the opposite.
#[derive(Clone, Copy)]
struct Witness<const CONTRARY: bool>(f64);

impl<const CONTRARY: bool> Scalar for Witness<CONTRARY> {
    type Real = f64;
    type Array = Elements<Self>;

    fn constant(c: f64) -> Self {
        Self(c)
    }

    fn primal(self) -> f64 {
        self.0
    }

    fn unary<G: Unary<f64>>(self, gate: G) -> Self {
        Self(gate.value(self.0))
    }

    fn binary<G: Binary<f64>>(self, gate: G, rhs: Self) -> Self {
        Self(gate.value(self.0, rhs.0))
    }

    fn nary<G: Nary<f64>>(gate: G, args: &[Self]) -> Self {
        Self(gate.value(&args.iter().map(|arg| arg.0).collect::<Vec<_>>()))
    }

    fn holds(self, relation: Relation, other: Self) -> bool {
        ASKED.with_borrow_mut(|asked| asked.push((relation, self.0, other.0)));
        relation.holds(self.0, other.0) != CONTRARY
    }
}

impl_scalar_traits!([const CONTRARY: bool] Witness<CONTRARY>, leaf f64);

impl<const CONTRARY: bool> fmt::Debug for Witness<CONTRARY> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Runs a test with every way to put numbers of type `$Inner` into others.
macro_rules! in_every_nesting {
    ($test:ident($($x:expr),+), $Inner:expr) => {
        $test([$($x),+].map($Inner));
        $test([$($x),+].map(|x| Dual::new($Inner(x), [$Inner(1.0)])));
        $test([$($x),+].map(|x| Dual::<_, 2>::variable(Dual::<_, 1>::variable($Inner(x), 0), 1)));
        Tape::new().record(|recording| $test([$($x),+].map(|x| recording.variable($Inner(x)))));
        Tape::new().record(|recording| {
            $test([$($x),+].map(|x| recording.variable(Dual::<_, 1>::variable($Inner(x), 0))))
        });
        Tape::new().record(|recording| $test([$($x),+].map(|x| Dual::<_, 1>::variable(recording.variable($Inner(x)), 0))));
    };
}

/// At 1 and 2.
fn every_comparison_asks<S: Scalar<Real = f64>>([one, two]: [S; 2]) {
    let seen = |expected: &[Asked]| assert_eq!(asked(), expected, "{}", std::any::type_name::<S>());
    asked();
    assert!(one < two);
    seen(&[(Less, 1.0, 2.0)]);
    assert!(one <= two);
    seen(&[(LessOrEqual, 1.0, 2.0)]);
    assert!(two > one);
    seen(&[(Less, 1.0, 2.0)]);
    assert!(two >= one);
    seen(&[(LessOrEqual, 1.0, 2.0)]);
    assert_ne!(one, two);
    seen(&[(Equal, 1.0, 2.0)]);
    assert_eq!(two, one + 1.0);
    seen(&[(Equal, 2.0, 2.0)]);
    assert!(one.partial_cmp(&two).is_some_and(std::cmp::Ordering::is_lt));
    seen(&[(Less, 1.0, 2.0)]);
    assert!(two.partial_cmp(&one).is_some_and(std::cmp::Ordering::is_gt));
    seen(&[(Less, 2.0, 1.0), (Equal, 2.0, 1.0), (Less, 1.0, 2.0)]);
    let largest = [one, two].into_iter().max_by(|a, b| a.partial_cmp(b).expect("numbers"));
    assert_eq!(largest.map(S::primal), Some(2.0));
    seen(&[(Less, 1.0, 2.0)]);
    assert!(!one.is_zero());
    seen(&[(Equal, 1.0, 0.0)]);
    assert!(!one.is_nan());
    seen(&[(Equal, 1.0, 1.0)]);
}

/// At 1 and infinity; these ask until they know.
fn every_kind_asks<S: Scalar<Real = f64>>([one, infinity]: [S; 2]) {
    let first = |expected: Asked| assert_eq!(asked().first(), Some(&expected), "{}", std::any::type_name::<S>());
    asked();
    assert!(infinity.is_infinite());
    first((Equal, f64::INFINITY, f64::INFINITY));
    assert!(one.is_finite());
    first((Less, 1.0, f64::INFINITY));
    assert!(one.is_normal());
    first((LessOrEqual, f64::MIN_POSITIVE, 1.0));
    assert!(!one.is_subnormal());
    first((Less, 1.0, f64::MIN_POSITIVE));
    assert_eq!(one.classify(), FpCategory::Normal);
    first((Equal, 1.0, 1.0));
    assert!(one.is_sign_positive());
    first((Less, 1.0, 0.0));
    assert!(!(one - infinity).is_sign_positive());
    first((Less, f64::NEG_INFINITY, 0.0));
    // The sign bit of a zero is that of a one which takes it over; what the rule of that gate asks comes before.
    assert!((one * -0.0).is_sign_negative());
    assert_eq!(asked().last(), Some(&(Less, -1.0, 0.0)), "{}", std::any::type_name::<S>());
}

#[test]
fn every_comparison_is_put_to_the_scalar_inside() {
    in_every_nesting!(every_comparison_asks(1.0, 2.0), Witness::<false>);
    in_every_nesting!(every_kind_asks(1.0, f64::INFINITY), Witness::<false>);
}

/// At 1 and 2: no comparison looks at the primals past the answer.
fn the_answer_counts<S: Scalar<Real = f64>>([one, two]: [S; 2]) {
    let asked = [two < one, two <= one, one > two, one >= two, one == two];
    assert_eq!(asked, [true; 5], "{}", std::any::type_name::<S>());
    assert!(one.partial_cmp(&two).is_some_and(std::cmp::Ordering::is_eq));
    assert!(one.is_zero() && one.is_nan());
}

#[test]
fn the_answer_of_the_scalar_inside_counts() {
    in_every_nesting!(the_answer_counts(1.0, 2.0), Witness::<true>);
}

/// The partial of `|x|` compares `x` with 0, over whatever scalar.
#[test]
fn a_rule_that_compares_asks_too() {
    asked();
    let slope = Dual::new(Witness::<false>(-3.0), [Witness(1.0)]).abs().tangent(0);
    assert_eq!(slope.0, -1.0);
    assert_eq!(asked()[..2], [(Less, 0.0, -3.0), (Less, -3.0, 0.0)]);
    Tape::new().record(|recording| assert_eq!(recording.variable(Witness::<false>(3.0)).abs().primal(), 3.0));
    assert_eq!(asked()[..1], [(Less, 0.0, 3.0)]);
}

/// A float of every kind, with both signs.
fn kinds<R: Real>() -> Vec<R> {
    let least = R::min_positive_value();
    let subnormal = least * R::epsilon();
    let positive = [R::zero(), subnormal, least - subnormal, least, R::one(), R::max_value(), R::infinity(), R::nan()];
    positive.into_iter().flat_map(|x| [x, -x]).collect()
}

/// What is asked about the kind of a number, and about its sign bit.
fn kind<S: Float>(x: S) -> ([bool; 8], FpCategory) {
    let (zero, positive, negative) = (x.is_zero(), x.is_sign_positive(), x.is_sign_negative());
    let kind = [x.is_nan(), x.is_infinite(), x.is_finite(), x.is_normal(), x.is_subnormal(), zero, positive, negative];
    (kind, x.classify())
}

fn check_kinds<R: Real>() {
    for at in kinds::<R>() {
        let same = |found, which: &str| assert_eq!(found, kind(at), "{at:e} as {which}");
        same(kind(Dual::<R, 2>::variable(at, 1)), "a dual number");
        same(kind(Dual::<R, 1>::from(at)), "a constant dual number");
        same(kind(Dual::<_, 1>::variable(Dual::<R, 1>::variable(at, 0), 0)), "a dual number over another");
        Tape::new().record(|recording| same(kind(recording.variable(at)), "a variable"));
        Tape::new().record(|recording| {
            same(kind(recording.variable(Dual::<R, 1>::variable(at, 0))), "a variable over a dual");
        });
        Tape::new().record(|recording| {
            same(kind(Dual::<_, 1>::variable(recording.variable(at), 0)), "a dual over a variable");
        });
    }
}

#[test]
fn the_kind_of_a_number_is_that_of_its_float() {
    check_kinds::<f64>();
    check_kinds::<f32>();
}

/// The tangent plays no part, whatever it is.
#[test]
fn a_number_compares_by_its_value() {
    for tangent in [0.0, f64::NAN, f64::INFINITY, -1.0] {
        let [a, b] = [1.0, 2.0].map(|x| Dual::new(x, [tangent]));
        assert_eq!([a < b, a <= b, b > a, b >= a, a != b, a == Dual::from(1.0), a.is_finite()], [true; 7], "{tangent}");
    }
}
