//! Rows on all threads have the numbers of one.

use anygrad_gradbench::evals::{Options, ba, find, llsq};
use anygrad_gradbench::{Job, Method};
use serde_json::{Value, json};

use crate::common::rng;

/// The outputs of two evaluations.
fn outputs(module: &str, function: &str, input: &Value, options: Options) -> [Value; 2] {
    let eval = find(module).expect("the eval is there");
    let mut job: Box<dyn Job> = eval.prepare(function, input.clone(), options).expect("the input is right");
    [(), ()].map(|()| {
        job.evaluate().expect("it is defined there");
        job.output()
    })
}

fn check(module: &str, function: &str, input: &Value) {
    for method in Method::EACH {
        let [one, all] =
            [false, true].map(|multithreaded| outputs(module, function, input, Options { method, multithreaded }));
        assert_eq!(one, all, "{module} by {method:?}");
    }
}

#[test]
fn blocks_on_all_threads_are_those_of_one() {
    // The sample has the last entries of the last part; one part alone is less than there are threads.
    for p in [1, 2, 3, 257] {
        let input = json!(ba::Input::random(2, 3, p, &mut rng()));
        check("ba", "jacobian", &input);
        check("ba", "objective", &input);
    }
}

#[test]
fn rows_of_a_loop_on_all_threads_add_up_to_the_bits_of_one() {
    check("llsq", "gradient", &json!(llsq::Input::random(3, 5000, &mut rng())));
}
