//! `Axis`: the direction in which a matrix is summed up.

/// The direction in which a matrix is summed up, averaged, normalised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Axis {
    /// Down the rows: one result for each column.
    Rows,
    /// Along the columns: one result for each row.
    Columns,
}
