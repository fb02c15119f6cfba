//! Vectors and matrices of nalgebra, column by column.

use nalgebra::{ArrayStorage, DMatrix, DVector, Dyn, SMatrix, U1, VecStorage};

use super::impl_container;
use crate::Real;

impl_container!(
    [R: Real] DVector<R>, DVector<S>,
    |of, f| DVector::from_vec_storage(VecStorage::new(
        Dyn(of.nrows()), U1, of.iter().map(|&leaf| f(leaf)).collect()
    )),
    of.iter(), mut of.iter_mut(), lengths [of.nrows()]
);

impl_container!(
    [R: Real] DMatrix<R>, DMatrix<S>,
    |of, f| DMatrix::from_vec_storage(VecStorage::new(
        Dyn(of.nrows()), Dyn(of.ncols()), of.iter().map(|&leaf| f(leaf)).collect()
    )),
    of.iter(), mut of.iter_mut(), lengths [of.nrows(), of.ncols()]
);

impl_container!(
    [R: Real, const M: usize, const N: usize] SMatrix<R, M, N>, SMatrix<S, M, N>,
    |of, f| SMatrix::from_array_storage(ArrayStorage(of.data.0.map(|column| column.map(&mut f)))),
    of.iter(), mut of.iter_mut(), lengths [of.nrows(), of.ncols()]
);
