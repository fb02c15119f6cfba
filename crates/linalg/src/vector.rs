//! `Vector<S>`: numbers in a row.

use std::fmt;
use std::ops::Range;

use anygrad_core::arrays::{Array, Buffer};
use anygrad_core::{Error, Real, Scalar, gates};

use crate::Matrix;
use crate::arrangement::impl_arrangement;
use crate::ops::{DiagonalMatrix, Join, MatMul, Slice, apply};
use crate::shape::mismatch;

/// A vector of scalars.
///
/// Over floats it runs library kernels; on a tape an operation on vectors is one entry. A vector is shared, not copied, until an
/// element is written.
///
/// ```
/// use anygrad_linalg::Vector;
///
/// let (a, b) = (Vector::new([1.0, 2.0, 3.0]), Vector::new([4.0, 5.0, 6.0]));
/// assert_eq!(a.dot(&b)?, 32.0);
/// assert_eq!(a.add(&b)?.to_vec(), [5.0, 7.0, 9.0]);
/// # Ok::<(), anygrad_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Vector<S: Scalar> {
    pub(crate) data: S::Array,
}

impl<S: Scalar> Vector<S> {
    /// A vector of numbers.
    pub fn new(elements: impl IntoIterator<Item = S>) -> Self {
        let elements: Vec<S> = elements.into_iter().collect();
        Self::from_fn(elements.len(), |index| elements[index])
    }

    /// `f(0), f(1) … f(len − 1)`.
    pub fn from_fn(len: usize, f: impl FnMut(usize) -> S) -> Self {
        Self { data: S::Array::collect(len, f) }
    }

    /// A vector of `len` zeros.
    pub fn zeros(len: usize) -> Self {
        Self::from_fn(len, |_| S::zero())
    }

    /// Numbers that depend on no input.
    pub fn constant(values: &Vector<S::Real>) -> Self {
        Self { data: S::Array::constant(values.data.clone()) }
    }

    /// The vector over an array.
    pub fn from_array(data: S::Array) -> Self {
        Self { data }
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Element `index`.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is none.
    pub fn get(&self, index: usize) -> Result<S, Error> {
        if index < self.len() {
            Ok(self.data.get(index))
        } else {
            Err(mismatch("get", format!("an index below {}", self.len()), index.to_string()))
        }
    }

    /// Writes element `index`.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is none.
    pub fn set(&mut self, index: usize, value: S) -> Result<(), Error> {
        if index < self.len() {
            self.data.set(index, value);
            Ok(())
        } else {
            Err(mismatch("set", format!("an index below {}", self.len()), index.to_string()))
        }
    }

    /// `Σ aᵢ·bᵢ`. Adjoints `ā = ȳ·b`, `b̄ = ȳ·a`.
    ///
    /// # Errors
    /// [`Error::Shape`] if the lengths differ.
    pub fn dot(&self, other: &Self) -> Result<S, Error> {
        self.check_same("dot", other)?;
        let block = MatMul { m: 1, k: self.len(), n: 1, a_transposed: false, b_transposed: false };
        Ok(S::block(block, &[&self.data, &other.data]).get(0))
    }

    /// The matrix `aᵢ·bⱼ`. Adjoints `ā = C̄·b`, `b̄ = C̄ᵀ·a`.
    ///
    /// ```
    /// use anygrad_linalg::Vector;
    ///
    /// let outer = Vector::new([1.0, 2.0]).outer(&Vector::new([3.0, 4.0, 5.0]));
    /// assert_eq!(outer.to_rows(), [[3.0, 4.0, 5.0], [6.0, 8.0, 10.0]]);
    /// ```
    pub fn outer(&self, other: &Self) -> Matrix<S> {
        let block = MatMul { m: self.len(), k: 1, n: other.len(), a_transposed: false, b_transposed: false };
        Matrix::of(self.len(), other.len(), S::block(block, &[&self.data, &other.data]))
    }

    /// The cross product of two vectors of length 3.
    ///
    /// ```
    /// use anygrad_linalg::Vector;
    ///
    /// let (x, y) = (Vector::new([1.0, 0.0, 0.0]), Vector::new([0.0, 1.0, 0.0]));
    /// assert_eq!(x.cross(&y)?.to_vec(), [0.0, 0.0, 1.0]);
    /// # Ok::<(), anygrad_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] for any other length.
    pub fn cross(&self, other: &Self) -> Result<Self, Error> {
        if (self.len(), other.len()) != (3, 3) {
            return Err(mismatch("cross", "two vectors of length 3", format!("{} and {}", self.len(), other.len())));
        }
        // (v₁, v₂, v₀) of (v₀, v₁, v₂).
        let turned = |v: &Self| Ok::<_, Error>(v.slice(1..3)?.concat(&v.slice(0..1)?));
        let (a, b) = (turned(self)?, turned(other)?);
        a.hadamard(&turned(&b)?)?.sub(&turned(&a)?.hadamard(&b)?)
    }

    /// The elements of a range. The adjoint is zero elsewhere.
    ///
    /// # Errors
    /// [`Error::Shape`] if the range does not lie in the vector.
    pub fn slice(&self, range: Range<usize>) -> Result<Self, Error> {
        let (axis, len) = (self.len(), range.end.saturating_sub(range.start));
        if range.end > axis || range.start > range.end {
            return Err(mismatch("slice", format!("a range within 0..{axis}"), format!("{range:?}")));
        }
        Ok(Self { data: apply::<S>(Slice { outer: 1, axis, inner: 1, start: range.start, len }, &self.data) })
    }

    /// This vector, and `other` behind it.
    pub fn concat(&self, other: &Self) -> Self {
        let block = Join { outer: 1, first: self.len(), second: other.len(), inner: 1 };
        Self { data: S::block(block, &[&self.data, &other.data]) }
    }

    /// The elements as a matrix, row by row.
    ///
    /// # Errors
    /// [`Error::Shape`] if it would have another number of elements.
    pub fn reshape(&self, rows: usize, columns: usize) -> Result<Matrix<S>, Error> {
        if rows.checked_mul(columns) == Some(self.len()) {
            Ok(Matrix::of(rows, columns, self.data.clone()))
        } else {
            Err(mismatch("reshape", format!("{} elements", self.len()), format!("{rows}×{columns}")))
        }
    }

    /// The vector as a matrix of one column.
    pub fn to_column(&self) -> Matrix<S> {
        Matrix::of(self.len(), 1, self.data.clone())
    }

    /// The vector as a matrix of one row.
    pub fn to_row(&self) -> Matrix<S> {
        Matrix::of(1, self.len(), self.data.clone())
    }

    /// The square matrix with this diagonal.
    pub fn diagonal_matrix(&self) -> Matrix<S> {
        Matrix::of(self.len(), self.len(), apply::<S>(DiagonalMatrix { n: self.len() }, &self.data))
    }

    /// `√Σ xᵢ²`, without overflow; partials 0 at the origin.
    pub fn norm(&self) -> S {
        self.reduce(gates::Norm)
    }

    /// `Σ |xᵢ|`.
    pub fn norm_1(&self) -> S {
        self.map(gates::Abs).sum()
    }

    /// `max |xᵢ|`, 0 for no elements; equal greatest elements share the derivative equally.
    pub fn norm_inf(&self) -> S {
        if self.is_empty() { S::zero() } else { self.map(gates::Abs).max() }
    }

    /// `exp xᵢ / Σ exp xⱼ`, without overflow.
    pub fn softmax(&self) -> Self {
        Self { data: apply::<S>(crate::ops::Softmax { outer: 1, axis: self.len() }, &self.data) }
    }

    /// `xᵢ − ln Σ exp xⱼ`, without overflow.
    pub fn log_softmax(&self) -> Self {
        Self { data: apply::<S>(crate::ops::LogSoftmax { outer: 1, axis: self.len() }, &self.data) }
    }

    /// `−Σ pᵢ·ln softmax(x)ᵢ`, the cross-entropy of the distribution with these logits relative to `p`.
    ///
    /// # Errors
    /// [`Error::Shape`] if the lengths differ.
    pub fn cross_entropy(&self, p: &Self) -> Result<S, Error> {
        self.check_same("cross_entropy", p)?;
        Ok(-self.log_softmax().dot(p)?)
    }

    fn with(&self, data: S::Array) -> Self {
        Self { data }
    }

    fn with_floats(&self, data: Buffer<S::Real>) -> Vector<S::Real> {
        Vector { data }
    }

    fn check_same(&self, operation: &'static str, other: &Self) -> Result<(), Error> {
        if self.len() == other.len() {
            Ok(())
        } else {
            let found = format!("lengths {} and {}", self.len(), other.len());
            Err(mismatch(operation, "two vectors of one length", found))
        }
    }
}

impl_arrangement!(Vector);

impl<S: Scalar> FromIterator<S> for Vector<S> {
    fn from_iter<I: IntoIterator<Item = S>>(elements: I) -> Self {
        Self::new(elements)
    }
}

impl<R: Real> Vector<R> {
    /// The floats.
    pub fn as_slice(&self) -> &[R] {
        &self.data
    }
}

impl<S: Scalar> PartialEq for Vector<S> {
    /// By the values.
    fn eq(&self, other: &Self) -> bool {
        self.data.primal() == other.data.primal()
    }
}

impl<S: Scalar> fmt::Debug for Vector<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.data.fmt(f)
    }
}
