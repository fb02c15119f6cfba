use anygrad_macros::function;

fn main() {
    let _ = function!(crate = anygrad_core; |x: S| x * x);
}
