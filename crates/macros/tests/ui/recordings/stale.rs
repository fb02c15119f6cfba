use anygrad_reverse::{Tape, Var};

fn main() {
    let mut tape = Tape::new();
    let mut kept: Option<Var<'_, f64>> = None;
    tape.record(|recording| kept = Some(recording.variable(1.0)));
    tape.record(|recording| recording.variable(1.0) * kept.unwrap());
}
