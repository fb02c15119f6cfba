use anygrad_macros::Tree;

#[derive(Tree)]
#[tree(scalar = T)]
struct Point<S> {
    x: S,
}

fn main() {}
