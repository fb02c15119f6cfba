use anygrad_macros::Tree;

#[derive(Tree)]
struct Point {
    x: f64,
}

fn main() {}
