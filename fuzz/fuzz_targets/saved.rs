//! Bytes are a saved program: it is refused, or all that can be done with it goes well.

#![no_main]

use anygrad_graph::{Program, SavedProgram};
use libfuzzer_sys::fuzz_target;

/// Programs that take longer are only read.
const MOST_STEPS: u64 = 10_000;

fuzz_target!(|bytes: &[u8]| {
    let Ok(program) = serde_json::from_slice::<Program<f64>>(bytes) else { return };
    let saved = SavedProgram::of(&program).expect("gates of one's own can't be read");
    let again = saved.clone().load::<f64>().expect("it keeps the rules, as it did before");
    assert_eq!(SavedProgram::of(&again), Ok(saved));
    let statistics = program.statistics();
    if statistics.steps.max(statistics.values).max(program.inputs() as u64) < MOST_STEPS {
        let x = vec![0.5; program.inputs()];
        if let Ok(values) = program.evaluate(&x) {
            assert_eq!(values.len(), program.outputs());
        }
        let _ = (program.to_string(), program.formula().to_string(), program.latex());
        let _ = (program.mermaid(), program.picture().at(&x).map(|picture| picture.to_dot()), program.emit_rust("f"));
    }
});
