//! The arguments of a function: active ones hold scalars, captured ones are data.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Error, FnArg, Pat, PatIdent, Path, Result, Type, TypeImplTrait, TypeReference, parse_quote_spanned};

use crate::scalar::{ScalarParam, peel};

/// One argument of the function.
pub(crate) enum Argument {
    Active(Active),
    Captured(Captured),
}

/// An argument that is part of the input.
pub(crate) struct Active {
    /// Its structure, over plain floats.
    pub(crate) tree: Type,
    passing: Passing,
}

/// An argument that is a field of the struct.
#[derive(Clone)]
pub(crate) struct Captured {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
}

/// How a function takes an active argument.
enum Passing {
    Reference,
    Copy,
    Rebuilt,
}

impl Argument {
    pub(crate) fn of(argument: &FnArg, scalar: &ScalarParam) -> Result<Self> {
        let FnArg::Typed(argument) = argument else {
            return Err(Error::new_spanned(
                argument,
                "expected a free function; found a method: `self` is neither a scalar nor a field",
            ));
        };
        reject_impl_trait(&argument.ty)?;
        if scalar.is_in(&argument.ty) {
            Active::of(&argument.ty, scalar).map(Self::Active)
        } else {
            Captured::of(&argument.pat, &argument.ty, scalar).map(Self::Captured)
        }
    }

    pub(crate) fn active(&self) -> Option<&Active> {
        if let Self::Active(active) = self { Some(active) } else { None }
    }

    pub(crate) fn captured(&self) -> Option<&Captured> {
        if let Self::Captured(captured) = self { Some(captured) } else { None }
    }

    pub(crate) fn ty(&self) -> &Type {
        match self {
            Self::Active(active) => &active.tree,
            Self::Captured(captured) => &captured.ty,
        }
    }

    pub(crate) fn ty_mut(&mut self) -> &mut Type {
        match self {
            Self::Active(active) => &mut active.tree,
            Self::Captured(captured) => &mut captured.ty,
        }
    }
}

impl Active {
    fn of(ty: &Type, scalar: &ScalarParam) -> Result<Self> {
        let (structure, passing) = match peel(ty) {
            Type::Reference(reference) if reference.mutability.is_some() => {
                return Err(Error::new_spanned(
                    ty,
                    format!(
                        "expected an active argument by value or by `&`; found `{}`: a function does not write to its inputs",
                        written(ty)
                    ),
                ));
            }
            Type::Reference(reference) => (owned(&reference.elem), Passing::Reference),
            other if is_copy(other, scalar) => (other.clone(), Passing::Copy),
            other => (other.clone(), Passing::Rebuilt),
        };
        expect_ownership(&structure, scalar)?;
        Ok(Self { tree: scalar.at_leaf(&structure), passing })
    }

    /// The expression that hands the part `input` of the point to the function.
    pub(crate) fn pass(&self, input: &Ident, scalar: &Ident, krate: &Path) -> TokenStream {
        let tree = &self.tree;
        match self.passing {
            Passing::Reference => quote!(#input),
            Passing::Copy => quote!(*#input),
            Passing::Rebuilt => {
                quote!(<#tree as #krate::Tree>::map::<#scalar, #scalar>(#input, &mut |leaf| leaf))
            }
        }
    }
}

impl Captured {
    fn of(pattern: &Pat, ty: &Type, scalar: &ScalarParam) -> Result<Self> {
        let Pat::Ident(PatIdent { by_ref: None, subpat: None, ident, .. }) = pattern else {
            return Err(Error::new_spanned(
                pattern,
                format!(
                    "expected a plain name, which becomes a field of the struct; found the pattern `{}`. \
                     (The type does not mention the scalar `{}`, so the argument is data.)",
                    written(pattern),
                    scalar.ident
                ),
            ));
        };
        if let Type::Reference(TypeReference { mutability: Some(_), .. }) = peel(ty) {
            return Err(Error::new_spanned(
                ty,
                format!("expected data that is read only, by value or by `&`; found `{}`", written(ty)),
            ));
        }
        Ok(Self { name: ident.clone(), ty: scalar.at_leaf(ty) })
    }

    /// The expression that hands the field to the function.
    pub(crate) fn pass(&self) -> TokenStream {
        let Self { name, ty } = self;
        if is_copy_data(ty) {
            quote!(self.#name)
        } else {
            quote_spanned!(ty.span()=> <#ty as ::core::clone::Clone>::clone(&self.#name))
        }
    }
}

/// Whether a captured type is known to be `Copy`: shared references, numbers, and arrays and tuples of them.
pub(crate) fn is_copy_data(ty: &Type) -> bool {
    const NUMBERS: [&str; 16] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
        "usize",
    ];
    match peel(ty) {
        Type::Reference(reference) => reference.mutability.is_none(),
        Type::Array(array) => is_copy_data(&array.elem),
        Type::Tuple(tuple) => tuple.elems.iter().all(is_copy_data),
        Type::Path(path) => path.path.get_ident().is_some_and(|name| NUMBERS.iter().any(|number| name == number)),
        _ => false,
    }
}

/// Refuses a type that borrows its scalars or hides them.
pub(crate) fn expect_ownership(ty: &Type, scalar: &ScalarParam) -> Result<()> {
    let mut search = Borrowed { scalar, found: None };
    search.visit_type(ty);
    search.found.map_or(Ok(()), |found| {
        Err(Error::new_spanned(
            &found,
            format!(
                "expected a structure that owns its scalars: arrays, `Vec`, tuples, `Option`, structs with \
                 `#[derive(Tree)]`; found `{}` inside",
                written(&found)
            ),
        ))
    })
}

/// Refuses `impl Trait`, which has no name to give to the struct.
pub(crate) fn reject_impl_trait(ty: &Type) -> Result<()> {
    let mut search = ImplTrait(None);
    search.visit_type(ty);
    search.0.map_or(Ok(()), |found| {
        Err(Error::new_spanned(
            &found,
            format!("expected a type that can be named, such as a type parameter; found `{}`", written(&found)),
        ))
    })
}

/// A piece of code as one would write it.
pub(crate) fn written(code: &impl ToTokens) -> String {
    let mut text = code.to_token_stream().to_string();
    for (spaced, tight) in
        [("& ", "&"), (" <", "<"), ("< ", "<"), (" >", ">"), (" ,", ","), (" ;", ";"), (" ::", "::"), (":: ", "::")]
    {
        text = text.replace(spaced, tight);
    }
    text
}

/// A slice behind a reference becomes a vector.
fn owned(ty: &Type) -> Type {
    match peel(ty) {
        Type::Slice(slice) => {
            let element = &slice.elem;
            parse_quote_spanned!(slice.span()=> ::std::vec::Vec<#element>)
        }
        other => other.clone(),
    }
}

fn is_copy(ty: &Type, scalar: &ScalarParam) -> bool {
    match peel(ty) {
        Type::Array(array) => is_copy(&array.elem, scalar),
        Type::Tuple(tuple) => tuple.elems.iter().all(|element| is_copy(element, scalar)),
        Type::Path(path) => path.qself.is_none() && path.path.is_ident(&scalar.ident),
        _ => false,
    }
}

struct Borrowed<'a> {
    scalar: &'a ScalarParam,
    found: Option<Type>,
}

impl<'ast> Visit<'ast> for Borrowed<'_> {
    fn visit_type(&mut self, ty: &'ast Type) {
        let borrows = matches!(ty, Type::Reference(_) | Type::Ptr(_) | Type::FnPtr(_) | Type::TraitObject(_));
        if borrows && self.scalar.is_in(ty) {
            self.found.get_or_insert_with(|| ty.clone());
        }
        visit::visit_type(self, ty);
    }
}

struct ImplTrait(Option<TypeImplTrait>);

impl<'ast> Visit<'ast> for ImplTrait {
    fn visit_type_impl_trait(&mut self, ty: &'ast TypeImplTrait) {
        self.0.get_or_insert_with(|| ty.clone());
    }
}
