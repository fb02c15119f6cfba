use anygrad_reverse::Tape;

fn main() {
    let (mut one, mut other) = (Tape::new(), Tape::new());
    one.record(|outer| {
        let x = outer.variable(1.0);
        other.record(|inner| {
            let y = inner.variable(2.0);
            (x * y).value()
        })
    });
}
