//! One field of a derived tree: how it is walked.

use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::{Index, Member, Result, Type, TypePath};

use crate::argument::expect_ownership;
use crate::scalar::{ScalarParam, ends_in, peel};

/// A field, by name or by number.
pub(crate) struct Field {
    pub(crate) member: Member,
    pub(crate) walk: Walk,
}

/// What the walks do with a field.
pub(crate) enum Walk {
    /// It holds scalars; its type over the leaf.
    Tree(Type),
    /// It holds none and is cloned.
    Kept(Type),
    /// It is a `PhantomData`.
    Marker,
}

impl Field {
    pub(crate) fn of(number: usize, field: &syn::Field, scalar: &ScalarParam) -> Result<Self> {
        let member = field.ident.clone().map_or_else(|| Member::Unnamed(Index::from(number)), Member::Named);
        let walk = if is_marker(&field.ty) {
            Walk::Marker
        } else if scalar.is_in(&field.ty) {
            expect_ownership(&field.ty, scalar)?;
            Walk::Tree(scalar.at_leaf(&field.ty))
        } else {
            Walk::Kept(scalar.at_leaf(&field.ty))
        };
        Ok(Self { member, walk })
    }

    /// The types that have to be `Clone`, of those that depend on the other type parameters of the struct.
    pub(crate) fn clone_bounds(&self, others: &[Ident]) -> Vec<Type> {
        let mentioned = |ty: &Type| -> Vec<Ident> {
            let mut search = Mentioned { others, found: Vec::new() };
            search.visit_type(ty);
            search.found
        };
        match &self.walk {
            Walk::Tree(ty) => mentioned(ty).into_iter().map(|ident| syn::parse_quote!(#ident)).collect(),
            Walk::Kept(ty) if !mentioned(ty).is_empty() => vec![ty.clone()],
            Walk::Kept(_) | Walk::Marker => Vec::new(),
        }
    }
}

fn is_marker(ty: &Type) -> bool {
    matches!(peel(ty), Type::Path(TypePath { path, .. }) if ends_in(path, "PhantomData"))
}

struct Mentioned<'a> {
    others: &'a [Ident],
    found: Vec<Ident>,
}

impl<'ast> Visit<'ast> for Mentioned<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let first = path.segments.first().map(|segment| &segment.ident);
        if let Some(other) = self.others.iter().find(|other| Some(*other) == first) {
            self.found.push(other.clone());
        }
        visit::visit_path(self, path);
    }
}
