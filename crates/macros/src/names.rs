//! Names: the struct's from the function's, and names that are not yet taken.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Error, Lifetime, Result};

/// `two_layer_net` gives `TwoLayerNet`.
pub(crate) fn camel_case(function: &Ident) -> Result<Ident> {
    let plain = function.unraw().to_string();
    let camel: String = plain.split('_').flat_map(capitalized).collect();
    let is_name = syn::parse_str::<Ident>(&camel).is_ok();
    if !is_name || camel == plain {
        return Err(Error::new_spanned(
            function,
            format!(
                "expected a snake_case name, from which the name of the struct is made; found `{plain}`. \
                 Name the struct yourself: `#[differentiable(name = TypeName)]`"
            ),
        ));
    }
    Ok(Ident::new(&camel, function.span()))
}

fn capitalized(word: &str) -> impl Iterator<Item = char> {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters)
}

/// The identifiers and lifetimes of a piece of code, to keep clear of.
pub(crate) struct Taken(BTreeSet<String>);

impl Taken {
    pub(crate) fn by(code: &impl ToTokens) -> Self {
        let mut taken = Self(BTreeSet::new());
        taken.add(code);
        taken
    }

    /// Keeps clear of more code.
    pub(crate) fn add(&mut self, code: &impl ToTokens) {
        collect(code.to_token_stream(), &mut self.0);
    }

    /// An identifier that is not taken, `wish` if it is free; from then on it is taken.
    pub(crate) fn ident(&mut self, wish: &str) -> Ident {
        Ident::new(&self.free(wish), Span::call_site())
    }

    /// A lifetime that is not taken.
    pub(crate) fn lifetime(&mut self, wish: &str) -> Lifetime {
        Lifetime::new(&format!("'{}", self.free(wish)), Span::call_site())
    }

    fn free(&mut self, wish: &str) -> String {
        let numbered = (1..).map(|i| format!("{wish}{i}"));
        let free = std::iter::once(wish.to_owned()).chain(numbered).find(|name| self.0.insert(name.clone()));
        free.unwrap_or_else(|| wish.to_owned())
    }
}

fn collect(code: TokenStream, names: &mut BTreeSet<String>) {
    for token in code {
        match token {
            TokenTree::Ident(ident) => {
                names.insert(ident.unraw().to_string());
            }
            TokenTree::Group(group) => collect(group.stream(), names),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
