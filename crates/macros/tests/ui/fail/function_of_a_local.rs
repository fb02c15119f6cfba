use anygrad_macros::function;

fn main() {
    let scale = 2.0;
    let _ = function!(crate = anygrad_core; |x: S| -> S { x * scale });
}
