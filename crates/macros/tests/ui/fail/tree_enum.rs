use anygrad_macros::Tree;

#[derive(Tree)]
enum Shape<S> {
    Point(S),
    Line(S, S),
}

fn main() {}
