//! Programs are saved to the bit, and what is read is checked.

#![cfg(feature = "serde")]

use std::fs;
use std::path::Path;

use crate::common::{
    Branching, Layers, Looped, Neuron, Rosenbrock, SEED, SeedNeuron, SingleNeuron, loop_by_hand, recorded, weights,
};
use anygrad_core::{Differentiable, Error, Real, Scalar, Unary};
use anygrad_graph::{Program, SavedProgram};

fn json<R: Real>(program: &Program<R>) -> String {
    serde_json::to_string(program).expect("all gates are in the table")
}

/// One program of each sort.
fn programs() -> Vec<Program<f64>> {
    let plain = vec![
        recorded(&Neuron, &SEED),
        recorded(&SeedNeuron, &SEED),
        recorded(&Rosenbrock, &vec![-1.2, 1.0, 0.5]),
        recorded(&Layers, &weights()),
        recorded(&Branching, &[0.3, 0.7, -0.2]),
        recorded(&Looped::of(40), &vec![0.5, -1.25, 0.75, 2.0, -0.5, 1.5]),
    ];
    let jacobians: Vec<_> = plain.iter().map(|program| program.jacobian().expect("there is a Jacobian")).collect();
    plain.into_iter().chain(jacobians).chain([loop_by_hand()]).collect()
}

#[test]
fn programs_come_back_as_they_were() {
    for program in programs() {
        assert_eq!(serde_json::from_str::<Program<f64>>(&json(&program)).expect("it was just written"), program);
    }
    let single = recorded(&SingleNeuron, &SEED.map(|x| x as f32));
    assert_eq!(serde_json::from_str::<Program<f32>>(&json(&single)).expect("it was just written"), single);
}

#[test]
fn the_form_is_the_one_of_the_first_version() {
    let text = concat!(
        r#"{"format":"anygrad program","version":1,"float":"f64","blocks":[{"code":["#,
        r#"{"op":{"parameter":0},"args":[],"width":2},"#,
        r#"{"op":{"gate":{"binary":"mul"}},"args":[[0,0],[0,1]],"width":1},"#,
        r#"{"op":{"gate":{"unary_with":{"name":"add_const","constant":"3ff8000000000000"}}},"args":[[1,0]],"width":1},"#,
        r#"{"op":{"guard":{"relation":"less","expected":true,"place":["model.rs",7]}},"args":[[0,0],[2,0]],"width":0}"#,
        r#"],"results":[[2,0]]}],"data":[]}"#
    );
    let program: Program<f64> = serde_json::from_str(text).expect("it keeps the rules");
    assert_eq!(program.evaluate(&[2.0, 3.0]), Ok(vec![7.5]));
    let error = program.evaluate(&[2.0, -3.0]).expect_err("2 is not less than −4.5");
    assert_eq!(error.to_string(), "expected the branches of the recording, found `2 < -4.5` otherwise in model.rs:7");
    assert_eq!(json(&program), text);
}

#[test]
fn floats_keep_their_bits() {
    for bits in [
        f64::NAN.to_bits() | 5,
        f64::INFINITY.to_bits(),
        (-0.0_f64).to_bits(),
        1,
        f64::MAX.to_bits(),
        0.1_f64.to_bits(),
    ] {
        let text = r#"{"format":"anygrad program","version":1,"float":"f64","blocks":[{"code":[{"op":{"parameter":0},"args":[],
            "width":0},{"op":{"constant":"BITS"},"args":[],"width":1}],"results":[[1,0]]}],"data":[["BITS"]]}"#;
        let saved: SavedProgram =
            serde_json::from_str(&text.replace("BITS", &format!("{bits:016x}"))).expect("it has the form");
        let program = saved.clone().load::<f64>().expect("it keeps the rules");
        assert_eq!(program.evaluate(&[]).expect("there are no branches")[0].to_bits(), bits);
        assert_eq!(SavedProgram::of(&program), Ok(saved));
    }
}

#[test]
fn own_gates_are_not_saved() {
    #[derive(Clone, Copy, Debug)]
    struct Square;
    impl<R: Real> Unary<R> for Square {
        fn name(self) -> &'static str {
            "square"
        }
        fn value(self, x: R) -> R {
            x * x
        }
        fn partial<T: Scalar<Real = R>>(self, x: T, _: T) -> T {
            x + x
        }
    }
    struct Squared;
    impl Differentiable for Squared {
        type Input = f64;
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
            x.unary(Square)
        }
    }
    let program = recorded(&Squared, &2.0);
    assert!(matches!(SavedProgram::of(&program), Err(Error::Unsupported { operator: "square", .. })));
    assert!(serde_json::to_string(&program).expect_err("it has a gate of its own").to_string().contains("square"));
}

#[test]
fn what_breaks_a_rule_is_refused() {
    let neuron = json(&recorded(&SeedNeuron, &SEED));
    let repeated = json(&loop_by_hand());
    let changes = [
        (&neuron, "anygrad program", "another program", 0, "format"),
        (&neuron, r#""version":1"#, r#""version":2"#, 0, "version `2` where `1`"),
        (&neuron, r#""float":"f64""#, r#""float":"f32""#, 0, "float `f32` where `f64`"),
        (&neuron, r#"{"unary":"exp"}"#, r#"{"unary":"explode"}"#, 6, "no gate `explode`"),
        (&neuron, r#"{"unary":"exp"}"#, r#"{"unary":"add_const"}"#, 6, "no gate `add_const`"),
        (&neuron, r#"{"unary":"exp"}"#, r#"{"binary":"add"}"#, 6, "number of operands 1 where 2"),
        (&neuron, "3ff0000000000000", "3ff000000000000", 7, "sixteen hexadecimal digits"),
        (&neuron, "3ff0000000000000", "+ff0000000000000", 7, "sixteen hexadecimal digits"),
        (&neuron, r#""results":[[8,0]]"#, r#""results":[[9,0]]"#, 9, "does not come before"),
        (&repeated, r#""paths":[1]"#, r#""paths":[0]"#, 1, "block 0 as the body"),
        (&repeated, r#""paths":[1]"#, r#""paths":[2]"#, 1, "block 2 as the body"),
        (&repeated, r#""paths":[1]"#, r#""paths":[1,1]"#, 1, "block 1 as the body"),
        (&repeated, r#""paths":[1]"#, r#""paths":[]"#, 0, "a block that belongs to no loop"),
        (&repeated, r#""trips":3"#, r#""trips":4294967295"#, 1, "4294967296 values of one instruction"),
        (&repeated, r#""sums":1"#, r#""sums":2"#, 1, "number of a body's results"),
    ];
    for (text, from, to, at, reason) in changes {
        assert!(text.contains(from), "{from} in {text}");
        let saved: SavedProgram =
            serde_json::from_str(&text.replacen(from, to, 1)).expect("it has the form of a program");
        let found = saved.load::<f64>();
        let is_it = |error: &Error| matches!(error, Error::InvalidProgram { at: found, reason: why } if *found == at && why.contains(reason));
        assert!(found.as_ref().is_err_and(is_it), "{to}: {reason} at {at} expected, found {found:?}");
    }
}

/// 100 000 loops in one another neither overflow the stack nor take long.
#[test]
fn deep_files_are_refused() {
    let deepest = 100_000;
    let block = |k: usize| {
        let row = r#"[[[0,0],{"width":1,"step":1}]]"#;
        let repeated = format!(
            r#"{{"loop":{{"trips":1,"reversed":false,"rows":{row},"captures":[],"carry":[],"sums":1,"outs":[],"paths":[{}]}}}}"#,
            k + 1
        );
        let inner = format!(r#",{{"op":{repeated},"args":[],"width":1}}"#);
        let (inner, result) = if k == deepest { (String::new(), 0) } else { (inner, 1) };
        format!(r#"{{"code":[{{"op":{{"parameter":0}},"args":[],"width":1}}{inner}],"results":[[{result},0]]}}"#)
    };
    let blocks = (0..=deepest).map(block).collect::<Vec<_>>().join(",");
    let text = format!(r#"{{"format":"anygrad program","version":1,"float":"f64","blocks":[{blocks}],"data":[]}}"#);
    let error = serde_json::from_str::<Program<f64>>(&text).expect_err("it is too deep");
    assert!(error.to_string().contains("loops in one another"), "{error}");
}

/// Reads bytes, and if they are a program, does with it what can be done. Only a panic is a failure.
fn handle(bytes: &[u8]) {
    let Ok(program) = serde_json::from_slice::<Program<f64>>(bytes) else { return };
    let statistics = program.statistics();
    let text = json(&program);
    let again = serde_json::from_str::<SavedProgram>(&text).expect("it was just written");
    assert_eq!(SavedProgram::of(&program), Ok(again));
    if statistics.steps < 10_000 && statistics.values < 10_000 && program.inputs() < 100 {
        let _ = program.evaluate(&vec![0.5; program.inputs()]);
        let _ = (program.to_string(), program.formula().to_string(), program.dot(), program.emit_rust("f"));
    }
}

#[test]
fn bytes_that_were_changed_do_no_harm() {
    let tokens: [&[u8]; 8] = [b"0", b"4294967295", b"[]", b"null", b"\"mul\"", b"[0,0]", b"-1", b"{}"];
    let mut state = 1_u64;
    let mut random = |below: usize| {
        // Knuth's multiplier (1997, §3.3.4).
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let programs = [recorded(&Branching, &[0.3, 0.7, -0.2]), loop_by_hand(), recorded(&SeedNeuron, &SEED)];
    for text in programs.iter().map(json) {
        for _ in 0..4000 {
            let mut bytes = text.clone().into_bytes();
            for _ in 0..=random(2) {
                let digits: Vec<usize> = (0..bytes.len()).filter(|&i| bytes[i].is_ascii_digit()).collect();
                let place = digits[random(digits.len())];
                match random(3) {
                    0 => bytes[place] = b'0' + random(10) as u8,
                    1 => drop(bytes.splice(place..=place, tokens[random(tokens.len())].iter().copied())),
                    _ => drop(bytes.remove(random(bytes.len()))),
                }
            }
            handle(&bytes);
        }
    }
}

/// What the fuzzer starts from.
#[test]
fn the_seeds_of_the_fuzzer_do_no_harm() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/saved");
    let mut programs = 0;
    for entry in fs::read_dir(&folder).expect("the seeds are there") {
        let bytes = fs::read(entry.expect("the folder can be read").path()).expect("the file can be read");
        handle(&bytes);
        programs += usize::from(serde_json::from_slice::<Program<f64>>(&bytes).is_ok());
    }
    assert!(programs >= 5, "{programs} of the seeds are programs");
}
