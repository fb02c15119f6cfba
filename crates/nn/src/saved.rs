//! Parameters in safetensors files: an array under the name of each field, such as `hidden.weights`.
//!
//! ```
//! use anygrad_linalg::{Matrix, Vector};
//! use anygrad_nn::layers::Dense;
//! use anygrad_nn::saved::{from_bytes, to_bytes};
//!
//! let layer = Dense { weights: Matrix::from_rows([[1.0_f32, 2.0]]), bias: Vector::new([3.0, 4.0]) };
//! let bytes = to_bytes(&layer)?;
//! let blank = Dense { weights: Matrix::zeros(1, 2), bias: Vector::zeros(2) };
//! assert_eq!(from_bytes(&blank, &bytes)?, layer);
//!
//! let other = Dense { weights: Matrix::<f32>::zeros(2, 2), bias: Vector::zeros(2) };
//! let error = from_bytes(&other, &bytes).unwrap_err();
//! assert_eq!(error.to_string(), "weights: expected the shape [2, 2], found [1, 2]");
//! # Ok::<(), anygrad_nn::saved::Error>(())
//! ```

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anygrad_core::arrays::{Array, Buffer};
use anygrad_core::{Floats, MapLeaves, Part, Point, Real, Visit};
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensorError, SafeTensors};

/// Why parameters could not be saved or loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The bytes are no safetensors, or cannot become such.
    #[error("expected safetensors, found {0}")]
    Format(#[from] SafeTensorError),
    /// A parameter is not in the file.
    #[error("expected an array `{name}`, found none of that name")]
    Missing {
        /// The parameter.
        name: String,
    },
    /// The file has an array that is no parameter.
    #[error("expected arrays of the parameters alone, found `{name}`")]
    Unknown {
        /// The array.
        name: String,
    },
    /// An array has another shape than the parameter.
    #[error("{name}: expected the shape {expected:?}, found {found:?}")]
    Shape {
        /// The parameter.
        name: String,
        /// Its shape.
        expected: Vec<usize>,
        /// That of the array.
        found: Vec<usize>,
    },
    /// An array has another type of numbers than the parameter.
    #[error("{name}: expected numbers of type {expected}, found {found}")]
    Type {
        /// The parameter.
        name: String,
        /// Its type.
        expected: Dtype,
        /// That of the array.
        found: Dtype,
    },
}

/// The parameters as the bytes of a safetensors file.
///
/// # Errors
/// [`Error::Format`] if there is more than the format takes.
pub fn to_bytes<P: Point>(parameters: &P) -> Result<Vec<u8>, Error> {
    let arrays = Named::of(parameters);
    let views =
        arrays.iter().map(|Named { name, axes, numbers }| Ok((name.as_str(), (axes.clone(), bytes_of(numbers)))));
    let bytes: Vec<(&str, (Vec<usize>, Vec<u8>))> = views.collect::<Result<_, Error>>()?;
    let views = bytes
        .iter()
        .map(|(name, (axes, bytes))| Ok((*name, TensorView::new(dtype::<P::Leaf>(), axes.clone(), bytes)?)));
    Ok(safetensors::serialize(views.collect::<Result<Vec<_>, Error>>()?, None)?)
}

/// The parameters in the bytes of a safetensors file, in the structure and shapes of others.
///
/// # Errors
/// [`Error::Format`] for anything but a whole file; [`Error::Missing`], [`Error::Unknown`], [`Error::Shape`] or [`Error::Type`] unless
/// names, shapes and type are those of the parameters.
pub fn from_bytes<P: Point>(like: &P, bytes: &[u8]) -> Result<P, Error> {
    let file = SafeTensors::deserialize(bytes)?;
    let expected = Named::of(like);
    let mut arrays: HashMap<&str, TensorView<'_>> = file.iter().collect();
    let loaded = expected.iter().map(|Named { name, axes, .. }| {
        let found = arrays.remove(name.as_str()).ok_or_else(|| Error::Missing { name: name.clone() })?;
        numbers_of::<P::Leaf>(name, axes, &found)
    });
    let loaded: Vec<Buffer<P::Leaf>> = loaded.collect::<Result<_, Error>>()?;
    if let Some(name) = arrays.keys().min() {
        return Err(Error::Unknown { name: (*name).to_owned() });
    }
    Ok(P::map_with::<P::Leaf, P::Leaf>(like, &mut Loaded(loaded.into_iter())))
}

/// Writes parameters into a safetensors file.
///
/// # Errors
/// [`Error::File`] if it cannot be written, and those of [`to_bytes`].
pub fn save<P: Point>(parameters: &P, path: impl AsRef<Path>) -> Result<(), Error> {
    let path = path.as_ref();
    fs::write(path, to_bytes(parameters)?).map_err(|source| Error::File { path: path.to_owned(), source })
}

/// Reads parameters from a safetensors file, in the structure and shapes of others.
///
/// # Errors
/// [`Error::File`] if it cannot be read, and those of [`from_bytes`].
pub fn load<P: Point>(like: &P, path: impl AsRef<Path>) -> Result<P, Error> {
    let path = path.as_ref();
    let bytes = fs::read(path).map_err(|source| Error::File { path: path.to_owned(), source })?;
    from_bytes(like, &bytes)
}

/// An array of the parameters.
struct Named<R: Real> {
    name: String,
    axes: Vec<usize>,
    numbers: Buffer<R>,
}

impl<R: Real> Named<R> {
    /// All arrays of the parameters, in their order.
    fn of<P: Point<Leaf = R>>(parameters: &P) -> Vec<Self> {
        let mut names = Names { path: Vec::new(), arrays: Vec::new() };
        P::visit::<R>(parameters, &mut names);
        names.arrays
    }
}

/// Names what it visits.
struct Names<R: Real> {
    path: Vec<String>,
    arrays: Vec<Named<R>>,
}

/// The name of parameters that are a single array.
const WHOLE: &str = "parameters";

impl<R: Real> Visit<R> for Names<R> {
    fn leaf(&mut self, leaf: R) {
        self.shaped(&[], &Buffer::from(vec![leaf]));
    }

    fn array(&mut self, array: &Buffer<R>) {
        self.shaped(&[Array::<R>::len(array)], array);
    }

    fn shaped(&mut self, axes: &[usize], array: &Buffer<R>) {
        let name = if self.path.is_empty() { WHOLE.to_owned() } else { self.path.join(".") };
        self.arrays.push(Named { name, axes: axes.to_vec(), numbers: array.clone() });
    }

    fn part(&mut self, part: Part, visit: impl FnOnce(&mut Self)) {
        self.path.push(part.to_string());
        visit(self);
        self.path.pop();
    }
}

/// Hands out what was loaded, in the order of the parameters.
struct Loaded<R: Real>(std::vec::IntoIter<Buffer<R>>);

impl<R: Real> MapLeaves<R, R> for Loaded<R> {
    fn leaf(&mut self, leaf: R) -> R {
        self.0.next().and_then(|numbers| numbers.first().copied()).unwrap_or(leaf)
    }

    fn array(&mut self, array: &Buffer<R>) -> Buffer<R> {
        self.0.next().unwrap_or_else(|| array.clone())
    }
}

fn dtype<R: Real>() -> Dtype {
    match R::floats(&[]) {
        Floats::Single(_) => Dtype::F32,
        Floats::Double(_) => Dtype::F64,
    }
}

/// The bytes of floats, the least significant first.
fn bytes_of<R: Real>(numbers: &[R]) -> Vec<u8> {
    match R::floats(numbers) {
        Floats::Single(numbers) => numbers.iter().flat_map(|number| number.to_le_bytes()).collect(),
        Floats::Double(numbers) => numbers.iter().flat_map(|number| number.to_le_bytes()).collect(),
    }
}

/// The floats of an array that has the shape and the type of a parameter.
fn numbers_of<R: Real>(name: &str, axes: &[usize], found: &TensorView<'_>) -> Result<Buffer<R>, Error> {
    if found.dtype() != dtype::<R>() {
        return Err(Error::Type { name: name.to_owned(), expected: dtype::<R>(), found: found.dtype() });
    }
    if found.shape() != axes {
        return Err(Error::Shape { name: name.to_owned(), expected: axes.to_vec(), found: found.shape().to_vec() });
    }
    // From 4 or 8 bytes to `f64` and back to the leaf nothing is lost.
    let (singles, doubles) = (found.data().as_chunks::<4>().0, found.data().as_chunks::<8>().0);
    Ok(match dtype::<R>() {
        Dtype::F32 => singles.iter().map(|&bytes| R::narrow(f64::from(f32::from_le_bytes(bytes)))).collect(),
        _ => doubles.iter().map(|&bytes| R::narrow(f64::from_le_bytes(bytes))).collect(),
    })
}
