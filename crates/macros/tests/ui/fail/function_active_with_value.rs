use anygrad_macros::function;

fn main() {
    let _ = function!(crate = anygrad_core; |x: S, y: S = 2.0| -> S { x * y });
}
