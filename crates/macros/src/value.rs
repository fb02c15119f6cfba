//! The struct that stands for a function: its fields, its constructor, and how it is printed.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Generics, Path, Type, parse_quote};

use crate::argument::{Captured, is_copy_data};
use crate::differentiable::Function;
use crate::names::Taken;
use crate::scalar::peel;

/// The definition of the struct with `Clone`, `Debug`, and `Copy`, `Default` and `new` where they fit.
pub(crate) fn define(function: &Function) -> TokenStream {
    let Function { name, visibility, attributes, generics, .. } = function;
    let (params, where_clause) = (&generics.params, &generics.where_clause);
    let doc =
        format!("\n\nA value of this type is the function [`{0}`](fn@{0}) for a backend.", function.ident.unraw());
    let outlives = (!params.is_empty())
        .then(|| quote!(#[allow(explicit_outlives_requirements, reason = "the bounds are those of the function")]));
    let body = match fields(function) {
        Some(fields) => quote!(#where_clause { #fields }),
        None => quote!(#where_clause;),
    };
    let constructor = constructor(function);
    let (default, clone, debug) = (default(function), clone(function), debug(function));
    quote! {
        #(#attributes)*
        #[doc = #doc]
        #outlives
        #visibility struct #name<#params> #body
        #constructor
        #default
        #clone
        #debug
    }
}

/// The fields; none for a unit struct.
fn fields(function: &Function) -> Option<TokenStream> {
    if function.is_unit() {
        return None;
    }
    let captured = function.captured.iter().map(|Captured { name, ty }| {
        let doc = format!("The argument `{}`.", name.unraw());
        quote!(#[doc = #doc] pub #name: #ty,)
    });
    let marker = function.marker.iter().map(|(name, ty)| quote!(#name: #ty,));
    Some(quote!(#(#captured)* #(#marker)*))
}

/// `new` with all fields. A unit struct is its own constructor.
fn constructor(function: &Function) -> TokenStream {
    if function.is_unit() {
        return TokenStream::new();
    }
    let Function { name, visibility, captured, generics, .. } = function;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let cfgs = function.cfgs();
    let (names, types): (Vec<_>, Vec<_>) = captured.iter().map(|field| (&field.name, &field.ty)).unzip();
    let marker = function.marker.iter().map(|(name, _)| quote!(#name: ::core::marker::PhantomData));
    let doc = format!("The function [`{0}`](fn@{0}) with its data.", function.ident.unraw());
    quote! {
        #(#cfgs)*
        impl #impl_generics #name #ty_generics #where_clause {
            #[doc = #doc]
            #[allow(dead_code, clippy::too_many_arguments, reason = "the fields are as many as the function has data")]
            #[must_use]
            #visibility const fn new(#(#names: #types),*) -> Self {
                Self { #(#names,)* #(#marker,)* }
            }
        }
    }
}

/// `Default` where there is nothing to capture.
fn default(function: &Function) -> Option<TokenStream> {
    let Function { name, captured, generics, .. } = function;
    let cfgs = function.cfgs();
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let value = if function.is_unit() { quote!(Self) } else { quote!(Self::new()) };
    captured.is_empty().then(|| {
        quote! {
            #(#cfgs)*
            #[automatically_derived]
            impl #impl_generics ::core::default::Default for #name #ty_generics #where_clause {
                fn default() -> Self {
                    #value
                }
            }
        }
    })
}

/// `Clone` where the fields have it; `Copy` where they are known to be.
fn clone(function: &Function) -> TokenStream {
    let Function { name, captured, .. } = function;
    let cfgs = function.cfgs();
    let is_copy = captured.iter().all(|field| is_copy_data(&field.ty));
    let generics = bounded(function, &parse_quote!(::core::clone::Clone), is_copy_data);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let copy = is_copy.then(|| {
        quote! {
            #(#cfgs)*
            #[automatically_derived]
            impl #impl_generics ::core::marker::Copy for #name #ty_generics #where_clause {}
        }
    });
    let value = if is_copy { quote!(*self) } else { cloned(function) };
    quote! {
        #(#cfgs)*
        #[automatically_derived]
        impl #impl_generics ::core::clone::Clone for #name #ty_generics #where_clause {
            fn clone(&self) -> Self {
                #value
            }
        }
        #copy
    }
}

fn cloned(function: &Function) -> TokenStream {
    let names = function.captured.iter().map(|field| &field.name);
    let marker = function.marker.iter().map(|(name, _)| quote!(#name: self.#name));
    quote!(Self { #(#names: ::core::clone::Clone::clone(&self.#names),)* #(#marker,)* })
}

/// `Debug` where the fields have it.
fn debug(function: &Function) -> TokenStream {
    let Function { name, captured, .. } = function;
    let cfgs = function.cfgs();
    let generics = bounded(function, &parse_quote!(::core::fmt::Debug), has_debug);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let title = name.unraw().to_string().trim_start_matches('_').to_owned();
    let (labels, names): (Vec<String>, Vec<_>) =
        captured.iter().map(|field| (field.name.unraw().to_string(), &field.name)).unzip();
    quote! {
        #(#cfgs)*
        #[automatically_derived]
        impl #impl_generics ::core::fmt::Debug for #name #ty_generics #where_clause {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                formatter.debug_struct(#title)#(.field(#labels, &self.#names))*.finish()
            }
        }
    }
}

/// The generics with a bound on every field's type but those known to meet it. A bound that is quantified over a
/// lifetime may fail to hold: then there is no implementation, and no error.
fn bounded(function: &Function, bound: &Path, is_known: impl Fn(&Type) -> bool) -> Generics {
    let mut generics = function.generics.clone();
    let mut taken = Taken::by(&generics);
    function.captured.iter().for_each(|field| taken.add(&field.ty));
    let any = taken.lifetime("any");
    for Captured { ty, .. } in function.captured.iter().filter(|field| !is_known(&field.ty)) {
        generics.make_where_clause().predicates.push(parse_quote!(for<#any> #ty: #bound));
    }
    generics
}

impl Function {
    fn is_unit(&self) -> bool {
        self.captured.is_empty() && self.marker.is_none()
    }
}

/// Whether a type is known to have `Debug`: numbers and text, behind references and in slices, arrays and tuples.
fn has_debug(ty: &Type) -> bool {
    match peel(ty) {
        Type::Reference(reference) => has_debug(&reference.elem),
        Type::Slice(slice) => has_debug(&slice.elem),
        Type::Array(array) => has_debug(&array.elem),
        Type::Tuple(tuple) => tuple.elems.len() <= 12 && tuple.elems.iter().all(has_debug),
        Type::Path(path) if path.path.is_ident("str") || path.path.is_ident("String") => true,
        other => is_copy_data(other),
    }
}
