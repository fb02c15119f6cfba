//! `Bundle<S>`: what a loop carries or returns, number by number.

use crate::Scalar;

/// Some numbers: an `S`, an array, a `Vec` or a tuple of them, or `()`, which is none.
pub trait Bundle<S: Scalar>: Sized {
    /// Calls `f` on each number, in order.
    fn each(&self, f: &mut dyn FnMut(S));

    /// A bundle of this one's shape with other numbers, in order.
    fn filled(&self, next: &mut dyn FnMut() -> S) -> Self;

    /// The numbers in order.
    fn numbers(&self) -> Vec<S> {
        let mut numbers = Vec::new();
        self.each(&mut |number| numbers.push(number));
        numbers
    }
}

impl<S: Scalar> Bundle<S> for S {
    fn each(&self, f: &mut dyn FnMut(S)) {
        f(*self);
    }

    fn filled(&self, next: &mut dyn FnMut() -> S) -> Self {
        next()
    }
}

impl<S: Scalar, B: Bundle<S>, const K: usize> Bundle<S> for [B; K] {
    fn each(&self, f: &mut dyn FnMut(S)) {
        self.iter().for_each(|part| part.each(f));
    }

    fn filled(&self, next: &mut dyn FnMut() -> S) -> Self {
        std::array::from_fn(|i| self[i].filled(next))
    }
}

impl<S: Scalar, B: Bundle<S>> Bundle<S> for Vec<B> {
    fn each(&self, f: &mut dyn FnMut(S)) {
        self.iter().for_each(|part| part.each(f));
    }

    fn filled(&self, next: &mut dyn FnMut() -> S) -> Self {
        self.iter().map(|part| part.filled(next)).collect()
    }
}

impl<S: Scalar> Bundle<S> for () {
    fn each(&self, _: &mut dyn FnMut(S)) {}

    fn filled(&self, _: &mut dyn FnMut() -> S) -> Self {}
}

macro_rules! impl_tuple {
    ($($Part:ident $index:tt),+) => {
        impl<S: Scalar, $($Part: Bundle<S>),+> Bundle<S> for ($($Part,)+) {
            fn each(&self, f: &mut dyn FnMut(S)) {
                $(self.$index.each(f);)+
            }

            fn filled(&self, next: &mut dyn FnMut() -> S) -> Self {
                ($(self.$index.filled(next),)+)
            }
        }
    };
}

impl_tuple!(A 0, B 1);
impl_tuple!(A 0, B 1, C 2);
impl_tuple!(A 0, B 1, C 2, D 3);
