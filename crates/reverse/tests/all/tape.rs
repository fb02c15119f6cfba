//! The tape: what leaves a trace on it, what does not, and what happens when it is full.

use anygrad_core::num_traits::{Float, One, Zero};
use anygrad_core::{Error, Scalar};
use anygrad_reverse::Tape;

/// `∂f/∂x` on a fresh recording of one input, with the number of entries that it took.
macro_rules! derivative {
    (at $at:expr, |$x:ident| $f:expr) => {
        Tape::new().record(|recording| {
            let $x = recording.variable($at);
            let y = $f;
            recording.adjoints(y).unwrap().of($x).unwrap()
        })
    };
}

#[test]
fn the_neuron_has_the_digits_of_the_composition() {
    let mut tape = Tape::new();
    let (value, partials) = tape.record(|recording| {
        let [a, b, c, x, y] = [1.0, 2.0, -3.0, -1.0, 3.0].map(|leaf| recording.variable(leaf));
        let sigmoid = ((-(a * x + b * y + c)).exp() + 1.0).recip();
        let adjoints = recording.adjoints(sigmoid).unwrap();
        (sigmoid.value(), [a, b, c, x, y].map(|leaf| adjoints.of(leaf).unwrap()))
    });
    assert_eq!(value, 0.8807970779778823);
    let expected = [-0.1049935854035065, 0.3149807562105195, 0.1049935854035065, 0.1049935854035065, 0.209987170807013];
    assert_eq!(partials, expected);
}

#[test]
fn constants_and_functions_of_one_entry_leave_no_trace() {
    let mut tape = Tape::new();
    let value = tape.record(|recording| {
        let [x, z] = [2.0, 5.0].map(|leaf| recording.variable(leaf));
        let constant = anygrad_reverse::Var::lit(3.0);
        let _only_constants = (constant * constant).exp() + 1.0;
        let _detached = x.detach().sin() * constant;
        let _steps = x.floor() + x.signum() + x.max(anygrad_reverse::Var::lit(9.0));
        let y = x * 2.0 + constant;
        let _of_x = y * x - x.sin() * y.exp();
        (y * z + 1.0).value()
    });
    assert_eq!(value, 36.0);
    // The inputs, and the product of what comes from one with what comes from the other.
    assert_eq!(tape.len(), 3);
}

#[test]
fn a_gate_of_many_arguments_is_one_entry() {
    let mut tape = Tape::new();
    let adjoints = tape.record(|recording| {
        let xs: Vec<_> = (1..=5).map(|i| recording.variable(f64::from(i))).collect();
        let product = Scalar::product_of(&xs);
        let adjoints = recording.adjoints(product).unwrap();
        xs.iter().map(|&x| adjoints.of(x).unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(adjoints, [120.0, 60.0, 40.0, 30.0, 24.0]);
    assert_eq!(tape.len(), 6);
}

#[test]
fn an_operand_used_twice_counts_twice() {
    assert_eq!(derivative!(at 3.0, |x| x * x), 6.0);
    assert_eq!(derivative!(at 3.0, |x| x + x + x), 3.0);
    assert_eq!(derivative!(at 3.0, |x| x / x), 0.0);
    assert_eq!(derivative!(at 3.0, |x| Scalar::dot(&[x, x], &[x, x])), 12.0);
}

#[test]
fn a_full_tape_is_an_error_and_the_value_stays_right() {
    let mut tape = Tape::with_limit(3);
    let (value, error) = tape.record(|recording| {
        let [x, z] = [2.0, 3.0].map(|leaf| recording.variable(leaf));
        let y = (x * z * x * z).exp();
        (y.value(), recording.adjoints(y).unwrap_err())
    });
    assert_eq!(value, 36.0_f64.exp());
    assert_eq!(error, Error::TapeFull { limit: 3 });
    let fits = tape.record(|recording| {
        let x = recording.variable(5.0);
        recording.adjoints(x * x).map(|adjoints| adjoints.of(x))
    });
    assert_eq!(fits, Ok(Some(10.0)));
}

#[test]
fn structural_zeros_stay_zero_beside_infinite_partials() {
    assert_eq!(derivative!(at 0.0, |x| x.sqrt().max(Scalar::lit(5.0))), 0.0);
    assert_eq!(derivative!(at 0.0, |x| x.sqrt().detach() + x), 1.0);
    assert_eq!(derivative!(at 0.0, |x| Scalar::select(x - 1.0, x.sqrt(), x * 3.0)), 3.0);
    assert_eq!(derivative!(at 0.0, |x| x.sqrt().powi(0)), 0.0);
    // Recorded, but not reached from the output.
    assert_eq!(derivative!(at 0.0, |x| { let _unused = x.sqrt(); x * 2.0 }), 2.0);
}

#[test]
fn numeric_zeros_absorb_no_infinity() {
    assert!(derivative!(at 0.0, |x| x.sqrt() * x.sqrt()).is_nan());
    assert!(derivative!(at 0.0, |x| (x * x).sqrt()).is_nan());
}

#[test]
fn a_dead_branch_with_an_infinite_partial_does_not_hide_a_honest_nan() {
    // The first sweep ends in NaN for both reasons at once; the second keeps the honest one.
    let [dx, dy] = Tape::new().record(|recording| {
        let [x, y] = [0.0, 0.0].map(|leaf| recording.variable(leaf));
        let _unused = y.sqrt();
        let adjoints = recording.adjoints(x.sqrt() * x.sqrt() + y).unwrap();
        [x, y].map(|leaf| adjoints.of(leaf).unwrap())
    });
    assert!(dx.is_nan());
    assert_eq!(dy, 1.0);
}

#[test]
fn constants_are_known_and_print_as_such() {
    Tape::new().record(|recording| {
        let x = recording.variable(2.0);
        assert!(!x.is_constant());
        assert!((x * 0.0).detach().is_constant());
        assert!(anygrad_reverse::Var::<'_, f64>::one().is_constant());
        assert!(anygrad_reverse::Var::<'_, f64>::zero().is_zero());
        assert_eq!(format!("{x} {x:?} {:?}", x.detach()), "2 2.0 @ 0 2.0 (constant)");
        assert_eq!(format!("{:?}", x * x), "4.0 by 4.0 @ 0");
    });
}

#[test]
fn an_output_that_depends_on_nothing_has_no_adjoints() {
    assert_eq!(derivative!(at 3.0, |x| x.detach() * 4.0), 0.0);
}

#[test]
fn an_adjoint_is_known_of_inputs_and_of_what_is_kept() {
    Tape::new().record(|recording| {
        let [x, z] = [2.0, 5.0].map(|leaf| recording.variable(leaf));
        let passing = x * x;
        let kept = passing.keep();
        let product = kept * z;
        let adjoints = recording.adjoints(product + passing).unwrap();
        assert_eq!(
            [x, z, kept, product].map(|number| adjoints.of(number)),
            [Some(24.0), Some(4.0), Some(5.0), Some(1.0)]
        );
        assert_eq!([passing, x + z, x.detach().keep()].map(|number| adjoints.of(number)), [None, Some(0.0), None]);
    });
}

#[test]
fn a_chain_of_a_million_and_a_fan_out_of_a_million() {
    let chain = || {
        Tape::new().record(|recording| {
            let [x, z] = [1.0, 1.0].map(|leaf| recording.variable(leaf));
            let deep = (0..1_000_000).fold(x, |y, _| y * z);
            let wide = (0..1_000_000).fold(deep, |sum, _| sum + z);
            let adjoints = recording.adjoints(wide).unwrap();
            [x, z].map(|leaf| adjoints.of(leaf).unwrap())
        })
    };
    let small_stack = std::thread::Builder::new().stack_size(256 * 1024).spawn(chain).unwrap();
    assert_eq!(small_stack.join().unwrap(), [1.0, 2_000_000.0]);
}
