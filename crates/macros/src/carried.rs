//! The generics that go from the function to its struct: all but the scalar, and the lifetimes that its types name.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Error, GenericParam, Generics, Lifetime, LifetimeParam, ParenthesizedGenericArguments, Result, Type, TypeFnPtr,
    TypeReference, WherePredicate,
};

use crate::scalar::ScalarParam;

/// Gives every elided lifetime of a type the name `lifetime`, except in the arguments of function types, where elision
/// means something else. Says whether there was one.
pub(crate) fn name_elided(ty: &mut Type, lifetime: &Lifetime) -> bool {
    let mut naming = NameElided { lifetime, found: false };
    naming.visit_type_mut(ty);
    naming.found
}

/// The generics of the struct whose types are `types`; `elided` is the name given to elided lifetimes, if there are any.
pub(crate) fn carried(
    function: &Generics,
    scalar: &ScalarParam,
    types: &[&Type],
    elided: Option<&Lifetime>,
) -> Result<Generics> {
    let mut generics = Generics::default();
    let used = used_lifetimes(function, scalar, types);
    generics.params.extend(elided.map(|lifetime| GenericParam::Lifetime(LifetimeParam::new(lifetime.clone()))));
    for param in &function.params {
        let keep = match param {
            GenericParam::Lifetime(param) => used.contains(&param.lifetime),
            GenericParam::Type(param) if param.ident == scalar.ident => false,
            GenericParam::Type(param) if scalar.is_in_bounds(param) => return Err(bounded_by_scalar(param, scalar)),
            GenericParam::Type(_) | GenericParam::Const(_) => true,
        };
        if keep {
            generics.params.push(param.clone());
        }
    }
    for predicate in function.where_clause.iter().flat_map(|clause| &clause.predicates) {
        if keeps(predicate, scalar, &used)? {
            generics.make_where_clause().predicates.push(predicate.clone());
        }
    }
    Ok(generics)
}

/// The type of a field that stands for the parameters that no other field mentions; none if there are none.
pub(crate) fn marker(generics: &Generics, fields: &[&Type]) -> Option<TokenStream> {
    let mut search = Names::default();
    fields.iter().for_each(|ty| search.visit_type(ty));
    let missing: Vec<TokenStream> = generics
        .params
        .iter()
        .filter_map(|param| match param {
            GenericParam::Lifetime(param) if !search.lifetimes.contains(&param.lifetime) => {
                let lifetime = &param.lifetime;
                Some(quote!(&#lifetime ()))
            }
            GenericParam::Type(param) if !search.idents.contains(&param.ident.to_string()) => {
                let ident = &param.ident;
                Some(quote!(*const #ident))
            }
            _ => None,
        })
        .collect();
    (!missing.is_empty()).then(|| quote!(::core::marker::PhantomData<fn() -> (#(#missing,)*)>))
}

fn bounded_by_scalar(culprit: &impl quote::ToTokens, scalar: &ScalarParam) -> Error {
    Error::new_spanned(
        culprit,
        format!(
            "expected a parameter that does not depend on the scalar; found a bound that names `{}`, which the struct cannot",
            scalar.ident
        ),
    )
}

fn keeps(predicate: &WherePredicate, scalar: &ScalarParam, used: &BTreeSet<Lifetime>) -> Result<bool> {
    match predicate {
        WherePredicate::Lifetime(predicate) => Ok(used.contains(&predicate.lifetime)),
        WherePredicate::Type(bound) if scalar.is_in(&bound.bounded_ty) => Ok(false),
        _ if scalar.is_in_predicate(predicate) => Err(bounded_by_scalar(predicate, scalar)),
        _ => Ok(true),
    }
}

/// The lifetimes that the struct needs: those in its types and bounds, and those that they are said to outlive.
fn used_lifetimes(function: &Generics, scalar: &ScalarParam, types: &[&Type]) -> BTreeSet<Lifetime> {
    let mut names = Names::default();
    types.iter().for_each(|ty| names.visit_type(ty));
    function.type_params().filter(|param| param.ident != scalar.ident).for_each(|param| names.visit_type_param(param));
    for predicate in function.where_clause.iter().flat_map(|clause| &clause.predicates) {
        if matches!(predicate, WherePredicate::Type(_)) && !scalar.is_in_predicate(predicate) {
            names.visit_where_predicate(predicate);
        }
    }
    let mut used = names.lifetimes;
    while let Some(outlived) = next_outlived(function, &used) {
        used.insert(outlived);
    }
    used
}

fn next_outlived(function: &Generics, used: &BTreeSet<Lifetime>) -> Option<Lifetime> {
    let declared = function.lifetimes().map(|param| (&param.lifetime, &param.bounds));
    let predicates = function.where_clause.iter().flat_map(|clause| &clause.predicates);
    let stated = predicates.filter_map(|predicate| match predicate {
        WherePredicate::Lifetime(predicate) => Some((&predicate.lifetime, &predicate.bounds)),
        _ => None,
    });
    let outlived = declared.chain(stated).filter(|(long, _)| used.contains(*long)).flat_map(|(_, bounds)| bounds);
    outlived.into_iter().find(|short| !used.contains(*short)).cloned()
}

/// Every lifetime and every path's first name in a piece of code.
#[derive(Default)]
struct Names {
    lifetimes: BTreeSet<Lifetime>,
    idents: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Names {
    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        self.lifetimes.insert(lifetime.clone());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        // `T::Item` mentions `T`, but does not say what it is, so it does not count.
        self.idents.extend(path.get_ident().map(ToString::to_string));
        visit::visit_path(self, path);
    }
}

struct NameElided<'a> {
    lifetime: &'a Lifetime,
    found: bool,
}

impl VisitMut for NameElided<'_> {
    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        if reference.lifetime.is_none() {
            reference.lifetime = Some(self.lifetime.clone());
            self.found = true;
        }
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = self.lifetime.clone();
            self.found = true;
        }
    }

    fn visit_type_fn_ptr_mut(&mut self, _: &mut TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {}
}
