use anygrad_macros::function;

fn main() {
    let _ = function!(crate = anygrad_core; f32, |x: S| -> S { x * x });
}
