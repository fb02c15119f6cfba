use anygrad_macros::Tree;

#[derive(Tree)]
#[tree(leaf = f32)]
struct Point<S> {
    x: S,
}

fn main() {}
