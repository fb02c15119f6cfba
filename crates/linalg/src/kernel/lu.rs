//! LU factorisation with row exchanges.

use anygrad_core::num_traits::ToPrimitive;
use anygrad_core::{Floats, FloatsMut, Real};
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::lu::partial_pivoting::{factor, inverse, solve};
use faer::perm::PermRef;
use faer::traits::ComplexField;
use faer::{MatMut, MatRef, Par};

/// Factors an `n×n` matrix. `out` takes the factors of its transpose, packed in `n·n` floats column by column, and behind them
/// `n` floats that are the numbers of the rows in their new order.
///
/// The transpose, because a matrix that is stored row by row is its transpose column by column, the order that the kernel
/// likes.
pub(crate) fn lu_factor<R: Real>(a: &[R], out: &mut [R], n: usize) {
    let (packed, order) = out.split_at_mut(n * n);
    packed.copy_from_slice(a);
    let rows = match R::floats_mut(packed) {
        FloatsMut::Single(packed) => factored(packed, n),
        FloatsMut::Double(packed) => factored(packed, n),
    };
    for (place, row) in order.iter_mut().zip(rows) {
        *place = R::from_usize(row).unwrap_or_else(R::nan);
    }
}

/// Solves `A·X = B`, or `Aᵀ·X = B`, for `B` with `r` columns in `x`, by what [`lu_factor`] gave. NaN if that is no factorisation.
pub(crate) fn lu_solve<R: Real>(factors: &[R], x: &mut [R], [n, r]: [usize; 2], transposed: bool) {
    let (packed, order) = factors.split_at(n * n);
    let Some(order) = permutation(order) else {
        x.fill(R::nan());
        return;
    };
    by_type!(R: [packed], [x] => solved(packed, &order, x, [n, r], transposed));
}

/// `A⁻¹`, by what [`lu_factor`] gave. NaN if that is no factorisation.
pub(crate) fn lu_inverse<R: Real>(factors: &[R], out: &mut [R], n: usize) {
    let (packed, order) = factors.split_at(n * n);
    let Some(order) = permutation(order) else {
        out.fill(R::nan());
        return;
    };
    by_type!(R: [packed], [out] => inverted(packed, &order, out, n));
}

/// Rows in a new order, and where each has gone.
type Order = (Vec<usize>, Vec<usize>);

/// The floats as an order of rows, if they are one.
fn permutation<R: Real>(order: &[R]) -> Option<Order> {
    let forward = order.iter().map(ToPrimitive::to_usize).collect::<Option<Vec<usize>>>()?;
    let mut back = vec![usize::MAX; forward.len()];
    for (place, &row) in forward.iter().enumerate() {
        *back.get_mut(row)? = place;
    }
    back.iter().all(|&place| place != usize::MAX).then_some((forward, back))
}

fn factored<T: ComplexField>(packed: &mut [T], n: usize) -> Vec<usize> {
    let (mut forward, mut back) = (vec![0; n], vec![0; n]);
    let matrix = MatMut::from_column_major_slice_mut(packed, n, n);
    let mut memory = MemBuffer::new(factor::lu_in_place_scratch::<usize, T>(n, n, Par::Seq, Default::default()));
    let stack = MemStack::new(&mut memory);
    factor::lu_in_place(matrix, &mut forward, &mut back, Par::Seq, stack, Default::default());
    forward
}

fn solved<T: ComplexField>(packed: &[T], (forward, back): &Order, x: &mut [T], [n, r]: [usize; 2], transposed: bool) {
    let lu = MatRef::from_column_major_slice(packed, n, n);
    let x = MatMut::from_row_major_slice_mut(x, n, r);
    let order = PermRef::new_checked(forward, back, n);
    let mut memory = MemBuffer::new(solve::solve_in_place_scratch::<usize, T>(n, r, Par::Seq));
    let stack = MemStack::new(&mut memory);
    if transposed {
        solve::solve_in_place(lu, lu, order, x, Par::Seq, stack);
    } else {
        solve::solve_transpose_in_place(lu, lu, order, x, Par::Seq, stack);
    }
}

/// Of the transpose column by column, as it was factored.
fn inverted<T: ComplexField>(packed: &[T], (forward, back): &Order, out: &mut [T], n: usize) {
    let lu = MatRef::from_column_major_slice(packed, n, n);
    let out = MatMut::from_column_major_slice_mut(out, n, n);
    let order = PermRef::new_checked(forward, back, n);
    let mut memory = MemBuffer::new(inverse::inverse_scratch::<usize, T>(n, Par::Seq));
    inverse::inverse(out, lu, lu, order, Par::Seq, MemStack::new(&mut memory));
}

/// 1 if the order is made by an even number of exchanges of two, −1 if by an odd number.
pub(crate) fn sign_of<R: Real>(order: &[R]) -> R {
    let Some((order, _)) = permutation(order) else {
        return R::nan();
    };
    let mut seen = vec![false; order.len()];
    let mut even = true;
    for start in 0..order.len() {
        // A cycle of k rows is made by k − 1 exchanges.
        let mut at = order[start];
        while !seen[start] && at != start {
            seen[at] = true;
            even = !even;
            at = order[at];
        }
    }
    if even { R::one() } else { -R::one() }
}
