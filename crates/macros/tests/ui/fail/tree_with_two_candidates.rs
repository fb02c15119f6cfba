use anygrad_macros::Tree;

#[derive(Tree)]
struct Tagged<T, S> {
    tag: T,
    x: S,
}

fn main() {}
