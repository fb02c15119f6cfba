use anygrad_macros::Tree;

#[derive(Tree)]
union Either<S: Copy> {
    a: S,
    b: [S; 2],
}

fn main() {}
