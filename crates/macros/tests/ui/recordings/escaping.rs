use anygrad_reverse::Tape;

fn main() {
    let mut tape = Tape::new();
    let x = tape.record(|recording| recording.variable(1.0));
    println!("{x}");
}
