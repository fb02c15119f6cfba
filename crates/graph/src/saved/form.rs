//! `SavedProgram`: what is written, in a form that any format of serde can hold.

use anygrad_core::loops::Storage;
use serde::{Deserialize, Serialize};

/// A program as plain data: gates by their names, floats by their bits.
///
/// [`Program`](crate::Program) itself implements `Serialize` and `Deserialize` through this form; use it directly for typed
/// errors. Bodies of loops stand in one list of blocks, each after the block that it belongs to, so that reading does not
/// recurse.
///
/// ```
/// # use anygrad_core::{Differentiable, Error, Scalar};
/// # use anygrad_graph::{Program, SavedProgram};
/// # struct Product;
/// # impl Differentiable for Product {
/// #     type Input = [f64; 2];
/// #     type Output = f64;
/// #     fn call<S: Scalar<Real = f64>>(&self, &[x, y]: &[S; 2]) -> S {
/// #         x * y
/// #     }
/// # }
/// let program = Program::record(&Product, &[-2.0, 3.0])?;
/// let text = serde_json::to_string(&program).expect("all gates are in the table");
/// assert_eq!(serde_json::from_str::<Program<f64>>(&text).expect("it was just written"), program);
///
/// // Instruction 1 of a file that someone has changed reads itself.
/// let text = text.replace(r#""args":[[0,0],"#, r#""args":[[1,0],"#);
/// let saved: SavedProgram = serde_json::from_str(&text).expect("it has the form of a program");
/// assert!(matches!(saved.load::<f64>(), Err(Error::InvalidProgram { at: 1, .. })));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedProgram {
    /// What this is.
    pub(super) format: String,
    pub(super) version: u32,
    /// `f32` or `f64`.
    pub(super) float: String,
    /// The program's code, then that of its loops.
    pub(super) blocks: Vec<Block>,
    /// The data parameters.
    pub(super) data: Vec<Vec<Bits>>,
}

/// The bits of a float, as `f64`, in sixteen hexadecimal digits: NaN, infinities and signs of zeros come back as they were.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Bits(pub(super) String);

/// Instruction and element.
pub(super) type Operand = (u32, u32);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Block {
    pub(super) code: Vec<Instruction>,
    pub(super) results: Vec<Operand>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Instruction {
    pub(super) op: Op,
    pub(super) args: Vec<Operand>,
    pub(super) width: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Op {
    Parameter(u32),
    Constant(Bits),
    Gate(Gate),
    Derivative { gate: Gate, order: u32 },
    Masked,
    Pack,
    Guard { relation: Relation, expected: bool, place: Option<(String, u32)> },
    Exactly { value: Bits, place: Option<(String, u32)> },
    Loop(Loop),
}

/// A row of the table by the number of its arguments and its name, with its constant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Gate {
    Unary(String),
    UnaryWith { name: String, constant: Bits },
    Binary(String),
    Nary(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Relation {
    Less,
    LessOrEqual,
    Equal,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Loop {
    pub(super) trips: u32,
    pub(super) reversed: bool,
    /// How the reverse of the loop comes by its states.
    #[serde(default)]
    pub(super) storage: SavedStorage,
    pub(super) rows: Vec<(Operand, Layout)>,
    pub(super) captures: Vec<(Operand, u32)>,
    pub(super) carry: Vec<Operand>,
    pub(super) sums: u32,
    pub(super) outs: Vec<Layout>,
    /// The blocks of the paths through the body.
    pub(super) paths: Vec<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Layout {
    pub(super) width: u32,
    pub(super) step: u32,
}

/// What the reverse of a loop stores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SavedStorage {
    #[default]
    All,
    Root,
    Halving,
}

impl From<Storage> for SavedStorage {
    fn from(storage: Storage) -> Self {
        match storage {
            Storage::All => Self::All,
            Storage::Root => Self::Root,
            Storage::Halving => Self::Halving,
        }
    }
}

impl From<SavedStorage> for Storage {
    fn from(storage: SavedStorage) -> Self {
        match storage {
            SavedStorage::All => Self::All,
            SavedStorage::Root => Self::Root,
            SavedStorage::Halving => Self::Halving,
        }
    }
}
