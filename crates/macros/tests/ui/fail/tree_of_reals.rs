use anygrad_core::Real;
use anygrad_macros::Tree;

#[derive(Tree)]
struct Point<R: Real> {
    x: R,
}

fn main() {}
