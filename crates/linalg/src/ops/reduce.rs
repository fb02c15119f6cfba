//! A gate of many arguments on each row.

use anygrad_core::arrays::{Array, At, Block};
use anygrad_core::{Nary, Real, Scalar};

/// `yᵢ = g(xᵢ₀ … xᵢₖ₋₁)` of each of `outer` rows of `axis` numbers, with a gate `g` of many arguments (norm, logsumexp, product).
/// Tangent and adjoint by the partials of the gate's row in the table.
#[derive(Clone, Copy, Debug)]
pub struct Reduce<G> {
    /// The gate.
    pub gate: G,
    /// The number of rows.
    pub outer: usize,
    /// Their length.
    pub axis: usize,
}

impl<G> Reduce<G> {
    /// The partials of all rows, side by side, and whether the zero of a piecewise gate means that nothing flows.
    fn by_rows<T: Scalar>(self, at: At<'_, T>) -> Vec<T>
    where
        G: Nary<T::Real>,
    {
        let mut partials = vec![T::zero(); self.outer * self.axis];
        for (i, partials) in partials.chunks_exact_mut(self.axis.max(1)).enumerate() {
            let row: Vec<T> = (0..self.axis).map(|j| at.args[0].get(i * self.axis + j)).collect();
            self.gate.partials(&row, at.y.get(i), |j, partial| partials[j] = partial);
        }
        partials
    }

    fn product<T: Scalar>(self, partial: T, change: T) -> T
    where
        G: Nary<T::Real>,
    {
        if self.gate.is_piecewise() && partial.is_zero() { T::zero() } else { partial * change }
    }
}

impl<R: Real, G: Nary<R>> Block<R> for Reduce<G> {
    fn name(self) -> &'static str {
        self.gate.name()
    }

    fn size(self) -> usize {
        self.outer
    }

    fn operand(self, index: usize) -> Option<usize> {
        (index == 0).then_some(self.outer * self.axis)
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        for (i, y) in out.iter_mut().enumerate() {
            *y = self.gate.value(&args[0][i * self.axis..(i + 1) * self.axis]);
        }
    }

    fn overwrites(self) -> bool {
        true
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        tangents[0].map(|tangent| {
            let partials = self.by_rows(at);
            T::Array::collect(self.outer, |i| {
                let row = i * self.axis..(i + 1) * self.axis;
                row.fold(T::zero(), |sum, j| sum + self.product(partials[j], tangent.get(j)))
            })
        })
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        let partials = self.by_rows(at);
        let rows: Vec<T> = (0..self.outer).map(|i| adjoint.get(i)).collect();
        add(0, T::Array::collect(partials.len(), |j| self.product(partials[j], rows[j / self.axis])));
    }

    fn gates<S: Scalar<Real = R>>(self, args: &[&S::Array]) -> Option<S::Array> {
        Some(S::Array::collect(self.outer, |i| {
            let row: Vec<S> = (0..self.axis).map(|j| args[0].get(i * self.axis + j)).collect();
            S::nary(self.gate, &row)
        }))
    }
}
