//! `Leaf`: the floats that native code is made for.

use std::any::TypeId;

use anygrad_core::Real;
use cranelift_codegen::ir::{Type, types};

/// `f32` or `f64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    F32,
    F64,
}

impl Leaf {
    /// The leaf that `R` is, if it is one.
    pub(crate) fn of<R: Real>() -> Option<Self> {
        if TypeId::of::<R>() == TypeId::of::<f64>() {
            Some(Self::F64)
        } else {
            (TypeId::of::<R>() == TypeId::of::<f32>()).then_some(Self::F32)
        }
    }

    /// As the code generator calls it.
    pub(crate) fn ty(self) -> Type {
        match self {
            Self::F32 => types::F32,
            Self::F64 => types::F64,
        }
    }

    /// As many of them as every machine computes with at once.
    pub(crate) fn lanes_ty(self) -> Type {
        match self {
            Self::F32 => types::F32X4,
            Self::F64 => types::F64X2,
        }
    }

    /// The integer with as many bits.
    pub(crate) fn bits_ty(self) -> Type {
        match self {
            Self::F32 => types::I32,
            Self::F64 => types::I64,
        }
    }

    /// The bytes of one.
    pub(crate) fn size(self) -> i64 {
        i64::from(self.ty().bytes())
    }

    /// The bits of a float as an immediate of [`bits_ty`](Self::bits_ty).
    pub(crate) fn bits<R: Real>(self, x: R) -> i64 {
        match self {
            Self::F32 => i64::from(f32::narrow(x.widen()).to_bits()),
            Self::F64 => x.widen().to_bits().cast_signed(),
        }
    }
}
