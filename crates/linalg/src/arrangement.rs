//! What vectors and matrices have in common: whatever does not look at the shape.

/// Gives a type with `data`, `with` and `check_same` the operations that work element by element.
macro_rules! impl_arrangement {
    ($Type:ident) => {
        impl<S: Scalar> $Type<S> {
            /// The numbers as the scalar keeps them, row by row.
            pub fn as_array(&self) -> &S::Array {
                &self.data
            }

            /// The values, with every derivative stripped.
            pub fn primal(&self) -> $Type<S::Real> {
                self.with_floats(self.data.primal())
            }

            /// The elements, row by row.
            pub fn to_vec(&self) -> Vec<S> {
                self.iter().collect()
            }

            /// The elements, row by row.
            pub fn iter(&self) -> impl ExactSizeIterator<Item = S> {
                (0..self.data.len()).map(|index| self.data.get(index))
            }

            /// `g(x)` of each element, with any gate `g` of one argument.
            ///
            /// On a tape this is one entry, whatever the gate.
            pub fn map<G: ::anygrad_core::Unary<S::Real>>(&self, gate: G) -> Self {
                self.with(crate::ops::apply::<S>(crate::ops::Map { gate, len: self.data.len() }, &self.data))
            }

            /// `f(x)` of each element, with any function. On a tape this is an entry for each operation on each element:
            /// [`map`](Self::map) is the fast one.
            pub fn map_each(&self, mut f: impl FnMut(S) -> S) -> Self {
                self.with(S::Array::collect(self.data.len(), |index| f(self.data.get(index))))
            }

            /// `g(x, y)` of the elements in the same place, with any gate `g` of two arguments.
            ///
            /// # Errors
            /// [`Error::Shape`] if the shapes differ.
            pub fn zip<G: ::anygrad_core::Binary<S::Real>>(&self, gate: G, other: &Self) -> Result<Self, Error> {
                self.check_same(::anygrad_core::Binary::name(gate), other)?;
                let block = crate::ops::Zip { gate, len: self.data.len() };
                Ok(self.with(S::block(block, &[&self.data, &other.data])))
            }

            /// The sum, element by element. Both adjoints are that of the sum.
            ///
            /// # Errors
            /// [`Error::Shape`] if the shapes differ.
            pub fn add(&self, other: &Self) -> Result<Self, Error> {
                self.check_same("add", other)?;
                let block = ::anygrad_core::arrays::AddArrays { len: self.data.len() };
                Ok(self.with(S::block(block, &[&self.data, &other.data])))
            }

            /// The difference, element by element.
            ///
            /// # Errors
            /// [`Error::Shape`] if the shapes differ.
            pub fn sub(&self, other: &Self) -> Result<Self, Error> {
                self.zip(::anygrad_core::gates::Sub, other)
            }

            /// The product, element by element. Adjoints `x̄ = ȳ∘b`, `b̄ = ȳ∘x`.
            ///
            /// # Errors
            /// [`Error::Shape`] if the shapes differ.
            pub fn hadamard(&self, other: &Self) -> Result<Self, Error> {
                self.zip(::anygrad_core::gates::Mul, other)
            }

            /// The quotient, element by element.
            ///
            /// # Errors
            /// [`Error::Shape`] if the shapes differ.
            pub fn divide(&self, other: &Self) -> Result<Self, Error> {
                self.zip(::anygrad_core::gates::Div, other)
            }

            /// `c·x`. Adjoints `x̄ = c·ȳ`, `c̄ = Σ xᵢ·ȳᵢ`.
            pub fn scale(&self, c: S) -> Self {
                if c.is_constant() {
                    return self.map(::anygrad_core::gates::MulConst { c: c.primal() });
                }
                let c = S::Array::collect(1, |_| c);
                self.with(S::block(crate::ops::Scale { len: self.data.len() }, &[&self.data, &c]))
            }

            /// `x + c` of each element. Adjoints `x̄ = ȳ`, `c̄ = Σ ȳᵢ`.
            pub fn shift(&self, c: S) -> Self {
                if c.is_constant() {
                    return self.map(::anygrad_core::gates::AddConst { c: c.primal() });
                }
                let (all, c) = (crate::ops::Sum { outer: 1, axis: self.data.len(), inner: 1 }, S::Array::collect(1, |_| c));
                self.with(S::block(crate::ops::AddSpread(all), &[&self.data, &c]))
            }

            /// `−x`.
            pub fn negate(&self) -> Self {
                self.map(::anygrad_core::gates::Neg)
            }

            /// `x²` of each element.
            pub fn square(&self) -> Self {
                self.map(::anygrad_core::gates::Powi { n: 2 })
            }

            /// The sum of all elements, 0 of none.
            pub fn sum(&self) -> S {
                let all = crate::ops::Sum { outer: 1, axis: self.data.len(), inner: 1 };
                crate::ops::apply::<S>(all, &self.data).get(0)
            }

            /// The mean of all elements, NaN of none.
            pub fn mean(&self) -> S {
                self.sum() / crate::shape::count::<S>(self.data.len())
            }

            /// The greatest element, −∞ of none; equal greatest elements share the derivative equally.
            pub fn max(&self) -> S {
                let all = crate::ops::Sum { outer: 1, axis: self.data.len(), inner: 1 };
                crate::ops::apply::<S>(crate::ops::Max(all), &self.data).get(0)
            }

            /// `ln Σ exp x` over all elements, without overflow; −∞ of none.
            pub fn logsumexp(&self) -> S {
                self.reduce(::anygrad_core::gates::Logsumexp)
            }

            /// `g` of all elements, with any gate `g` of many arguments.
            pub fn reduce<G: ::anygrad_core::Nary<S::Real>>(&self, gate: G) -> S {
                let all = crate::ops::Reduce { gate, outer: 1, axis: self.data.len() };
                crate::ops::apply::<S>(all, &self.data).get(0)
            }
        }

        crate::arrangement::impl_gates!($Type
            exp Exp, ln Ln, sqrt Sqrt, rsqrt Rsqrt, recip Recip, abs Abs, sin Sin, cos Cos, tanh Tanh, sigmoid Sigmoid,
            relu Relu, gelu Gelu, silu Silu, softplus Softplus
        );
    };
}

/// The gates that have a method of their own.
macro_rules! impl_gates {
    ($Type:ident $($method:ident $Gate:ident),*) => {
        impl<S: Scalar> $Type<S> {
            $(
                #[doc = concat!("[`", stringify!($Gate), "`](gates::", stringify!($Gate), ") of each element.")]
                pub fn $method(&self) -> Self {
                    self.map(gates::$Gate)
                }
            )*
        }
    };
}

pub(crate) use {impl_arrangement, impl_gates};
