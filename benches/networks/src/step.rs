//! A training step: what each library does, to be checked and timed.

/// A network in training, by one library: on one batch, by plain gradient descent.
pub(crate) trait Training {
    /// Loss and gradient at the parameters, in the order of [`parameters`](Self::parameters); these stay as they are.
    fn gradient(&mut self) -> (f32, Vec<f32>);

    /// One step: loss, gradient, update.
    fn step(&mut self);

    /// The parameters, array by array.
    fn parameters(&self) -> Vec<f32>;
}

/// The factor of the gradient in an update.
pub(crate) const RATE: f32 = 0.05;

/// A network with the libraries that train it.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    /// Ours first.
    pub(crate) libraries: Vec<(&'static str, Box<dyn Training>)>,
}
