use anygrad_reverse::Tape;

fn main() {
    Tape::new().record(|outer| {
        let x = outer.variable(3.0);
        Tape::new().record(|inner| {
            let y = inner.variable(outer.variable(1.0));
            let _ = x + y;
        });
    });
}
