use anygrad_macros::Tree;

#[derive(Tree)]
struct View<'a, S> {
    x: &'a [S],
}

fn main() {}
