//! Plain gradient descent, in place.

use anygrad::arrays::Buffer;
use anygrad::{Point, Tree, Visit, VisitMut};

use crate::step::RATE;

/// The arrays of a gradient, shared with it.
struct Arrays(Vec<Buffer<f32>>);

impl Visit<f32> for Arrays {
    fn leaf(&mut self, leaf: f32) {
        self.0.push(Buffer::from_fn(1, |_| leaf));
    }

    fn array(&mut self, array: &Buffer<f32>) {
        self.0.push(array.clone());
    }
}

struct Update(std::vec::IntoIter<Buffer<f32>>);

impl Update {
    fn step(&mut self, parameters: &mut [f32]) {
        let gradient = self.0.next().expect("the gradient has the shape of the parameters");
        parameters.iter_mut().zip(gradient.iter()).for_each(|(parameter, slope)| *parameter -= RATE * slope);
    }
}

impl VisitMut<f32> for Update {
    fn leaf(&mut self, leaf: &mut f32) {
        self.step(std::slice::from_mut(leaf));
    }

    fn array(&mut self, array: &mut Buffer<f32>) {
        self.step(array.make_mut());
    }
}

/// `parameters −= rate·gradient`.
pub(crate) fn descend<P: Point + Tree<Leaf = f32>>(parameters: &mut P, gradient: &P) {
    let mut arrays = Arrays(Vec::new());
    P::visit::<f32>(gradient, &mut arrays);
    P::visit_mut::<f32>(parameters, &mut Update(arrays.0.into_iter()));
}
