//! Columns, rows and matrices of faer, column by column.

use faer::{Col, ColMut, ColRef, Mat, Row};

use super::impl_container;
use crate::Real;

impl_container!(
    [R: Real] Col<R>, Col<S>,
    |of, f| Col::from_fn(of.nrows(), |i| f(of[i])),
    of.iter(), mut of.iter_mut(), lengths [of.nrows()]
);

impl_container!(
    [R: Real] Row<R>, Row<S>,
    |of, f| Row::from_fn(of.ncols(), |j| f(of[j])),
    of.iter(), mut of.iter_mut(), lengths [of.ncols()]
);

impl_container!(
    [R: Real] Mat<R>, Mat<S>,
    |of, f| Mat::from_fn(of.nrows(), of.ncols(), |i, j| f(of[(i, j)])),
    of.col_iter().flat_map(ColRef::iter), mut of.col_iter_mut().flat_map(ColMut::iter_mut),
    lengths [of.nrows(), of.ncols()]
);
