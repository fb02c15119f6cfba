use anygrad_reverse::Tape;

fn main() {
    let mut tape = Tape::new();
    tape.record(|recording| {
        let x = recording.variable(1.0);
        std::thread::scope(|scope| {
            scope.spawn(|| x * x);
        });
    });
}
