//! The generic parameter that stands for the scalar, and the float that it has at the leaves.

use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    AngleBracketedGenericArguments, Error, GenericArgument, Generics, Path, PathArguments, Result, Signature, Type,
    TypeParam, TypeParamBound, TypePath, WherePredicate, parse_quote,
};

/// The scalar parameter `ident`, and the type that takes its place in a structure of plain floats.
pub(crate) struct ScalarParam {
    pub(crate) ident: Ident,
    pub(crate) leaf: Type,
}

impl ScalarParam {
    /// The one parameter of a function that is bounded by `Scalar`; its leaf is the `Real` of the bound, or `f64`.
    pub(crate) fn of_function(signature: &Signature) -> Result<Self> {
        let generics = &signature.generics;
        let mut scalars = generics.type_params().filter(|param| is_bounded_by(generics, param, "Scalar"));
        let Some(scalar) = scalars.next() else {
            return Err(Error::new_spanned(
                &signature.ident,
                format!(
                    "expected one type parameter bounded by `Scalar`, such as `S: Scalar<Real = f64>`; found none in `{}`",
                    signature.ident
                ),
            ));
        };
        if let Some(second) = scalars.next() {
            return Err(Error::new_spanned(
                second,
                format!(
                    "expected one scalar parameter, which the inputs and the output share; found two, `{}` and `{}`",
                    scalar.ident, second.ident
                ),
            ));
        }
        let leaf = leaf_in_bounds(generics, scalar).unwrap_or_else(|| parse_quote!(f64));
        Ok(Self { ident: scalar.ident.clone(), leaf })
    }

    /// Whether the type holds scalars. `S::Real` is a float and does not count.
    pub(crate) fn is_in(&self, ty: &Type) -> bool {
        let mut search = Mentions { scalar: self, found: false };
        search.visit_type(ty);
        search.found
    }

    /// Whether the bounds of a type parameter name the scalar.
    pub(crate) fn is_in_bounds(&self, param: &TypeParam) -> bool {
        let mut search = Mentions { scalar: self, found: false };
        search.visit_type_param(param);
        search.found
    }

    /// Whether a predicate names the scalar.
    pub(crate) fn is_in_predicate(&self, predicate: &WherePredicate) -> bool {
        let mut search = Mentions { scalar: self, found: false };
        search.visit_where_predicate(predicate);
        search.found
    }

    /// The type with the leaf in place of the scalar.
    pub(crate) fn at_leaf(&self, ty: &Type) -> Type {
        let mut ty = ty.clone();
        AtLeaf(self).visit_type_mut(&mut ty);
        ty
    }

    /// Puts the leaf in place of the scalar in everything that a set of generics says.
    pub(crate) fn replace_in(&self, generics: &mut Generics) {
        AtLeaf(self).visit_generics_mut(generics);
    }

    fn is(&self, ty: &Type) -> bool {
        matches!(peel(ty), Type::Path(TypePath { qself: None, path, .. }) if path.is_ident(&self.ident))
    }

    /// `S::Real` or `<S as Scalar>::Real`.
    fn is_real_of(&self, TypePath { qself, path, .. }: &TypePath) -> bool {
        let ends_in_real = path.segments.last().is_some_and(|last| last.ident == "Real");
        ends_in_real
            && match qself {
                Some(qself) => self.is(&qself.ty),
                None => path.segments.len() == 2 && path.segments[0].ident == self.ident,
            }
    }
}

/// Whether a parameter has a bound whose path ends in `name`, among the parameters or in the where clause.
pub(crate) fn is_bounded_by(generics: &Generics, param: &TypeParam, name: &str) -> bool {
    traits_of(generics, param).any(|path| ends_in(path, name))
}

/// The `X` of a bound `Scalar<Real = X>`.
pub(crate) fn leaf_in_bounds(generics: &Generics, param: &TypeParam) -> Option<Type> {
    traits_of(generics, param).filter(|path| ends_in(path, "Scalar")).find_map(real_of).cloned()
}

/// Whether the last segment of a path is `name`.
pub(crate) fn ends_in(path: &Path, name: &str) -> bool {
    path.segments.last().is_some_and(|last| last.ident == name)
}

/// The type without parentheses and without the invisible groups that `macro_rules!` leaves.
pub(crate) fn peel(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => peel(&group.elem),
        Type::Paren(paren) => peel(&paren.elem),
        other => other,
    }
}

fn traits_of<'a>(generics: &'a Generics, param: &'a TypeParam) -> impl Iterator<Item = &'a Path> {
    let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let bounds = predicates.filter_map(|predicate| match predicate {
        WherePredicate::Type(predicate) if is_ident(&predicate.bounded_ty, &param.ident) => Some(&predicate.bounds),
        _ => None,
    });
    param.bounds.iter().chain(bounds.flatten()).filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => Some(&bound.path),
        _ => None,
    })
}

fn is_ident(ty: &Type, ident: &Ident) -> bool {
    matches!(peel(ty), Type::Path(TypePath { qself: None, path, .. }) if path.is_ident(ident))
}

fn real_of(path: &Path) -> Option<&Type> {
    let PathArguments::AngleBracketed(AngleBracketedGenericArguments { args, .. }) = &path.segments.last()?.arguments
    else {
        return None;
    };
    args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(assoc) if assoc.ident == "Real" => Some(&assoc.ty),
        _ => None,
    })
}

struct Mentions<'a> {
    scalar: &'a ScalarParam,
    found: bool,
}

impl<'ast> Visit<'ast> for Mentions<'_> {
    fn visit_type_path(&mut self, path: &'ast TypePath) {
        if self.scalar.is_real_of(path) {
            return;
        }
        self.found |= path.qself.is_none() && path.path.is_ident(&self.scalar.ident);
        visit::visit_type_path(self, path);
    }
}

struct AtLeaf<'a>(&'a ScalarParam);

impl VisitMut for AtLeaf<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        match ty {
            Type::Path(path) if self.0.is_real_of(path) => *ty = self.0.leaf.clone(),
            _ if self.0.is(ty) => *ty = self.0.leaf.clone(),
            _ => visit_mut::visit_type_mut(self, ty),
        }
    }
}
