//! `#[differentiable]`: the struct that makes a value of a function.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, GenericParam, Generics, Item, ItemFn, Lifetime, Path, Result, Signature, Type, Visibility,
    parse_quote,
};

use crate::argument::{Active, Argument, Captured};
use crate::carried::{carried, marker, name_elided};
use crate::names::Taken;
use crate::options::FunctionOptions;
use crate::scalar::{ScalarParam, is_bounded_by};
use crate::signature::{Output, expect_active, expect_plain, output_of, struct_name};
use crate::value;

/// A function as its struct sees it.
pub(crate) struct Function {
    pub(crate) krate: Path,
    pub(crate) ident: Ident,
    pub(crate) name: Ident,
    pub(crate) visibility: Visibility,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) captured: Vec<Captured>,
    pub(crate) generics: Generics,
    /// The private field that stands for the parameters that no other field mentions: its name and its type.
    pub(crate) marker: Option<(Ident, TokenStream)>,
    pub(crate) arguments: Vec<Argument>,
    scalar: ScalarParam,
    turbofish: TokenStream,
    output: Output,
}

/// The attribute: the function as it is, and its struct.
pub(crate) fn attribute(options: TokenStream, item: TokenStream) -> TokenStream {
    let expansion = syn::parse2::<FunctionOptions>(options).and_then(|options| {
        let function = parse_function(item.clone())?;
        Ok((hint(&function), Function::of(&function, options)?.expand()))
    });
    match expansion {
        Ok((hint, addition)) => quote!(#hint #item #addition),
        Err(error) => [item, error.to_compile_error()].into_iter().collect(),
    }
}

/// The compiler is told that inlining pays, unless the function says something about that itself: a scalar of several parts costs more to hand
/// over than most operations on it.
fn hint(function: &ItemFn) -> Option<Attribute> {
    let is_said = function.attrs.iter().any(|attribute| attribute.path().is_ident("inline"));
    (!is_said).then(|| parse_quote!(#[inline]))
}

fn parse_function(item: TokenStream) -> Result<ItemFn> {
    match syn::parse2(item)? {
        Item::Fn(function) => Ok(function),
        other => {
            Err(Error::new(other.span(), "expected a function with a body; `#[differentiable]` found another item"))
        }
    }
}

impl Function {
    pub(crate) fn of(function: &ItemFn, options: FunctionOptions) -> Result<Self> {
        let signature = &function.sig;
        expect_plain(signature)?;
        let scalar = ScalarParam::of_function(signature)?;
        let mut arguments =
            signature.inputs.iter().map(|argument| Argument::of(argument, &scalar)).collect::<Result<Vec<_>>>()?;
        expect_active(signature, &arguments, &scalar)?;
        let mut output = output_of(signature, &scalar)?;

        let elided = name_all_elided(signature, &mut arguments, &mut output.tree);
        let types: Vec<&Type> = arguments.iter().map(Argument::ty).chain([&output.tree]).collect();
        let generics = carried(&signature.generics, &scalar, &types, elided.as_ref())?;
        let captured: Vec<Captured> = arguments.iter().filter_map(Argument::captured).cloned().collect();
        let fields: Vec<&Type> = captured.iter().map(|field| &field.ty).collect();
        let marker = marker(&generics, &fields).map(|ty| (Taken::by(&signature.inputs).ident("marker"), ty));
        let name = struct_name(options.name, signature, &generics)?;
        Ok(Self {
            krate: options.krate,
            ident: signature.ident.clone(),
            name,
            visibility: function.vis.clone(),
            attributes: function.attrs.iter().filter(|attribute| is_carried(attribute)).cloned().collect(),
            captured,
            generics,
            marker,
            arguments,
            turbofish: turbofish(&signature.generics),
            scalar,
            output,
        })
    }

    /// The conditions under which the function is compiled.
    pub(crate) fn cfgs(&self) -> Vec<&Attribute> {
        self.attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect()
    }

    /// The struct and its implementations.
    pub(crate) fn expand(&self) -> TokenStream {
        let definition = value::define(self);
        let implementation = self.implement();
        quote!(#definition #implementation)
    }

    fn implement(&self) -> TokenStream {
        let Self { krate, name, output, ident, turbofish, .. } = self;
        let scalar = &self.scalar.ident;
        let cfgs = self.cfgs();
        let mut generics = self.generics.clone();
        self.bound_leaf(&mut generics);
        let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
        let point = Ident::new("point", Span::mixed_site());
        let (input, parts, binding) = self.input(&point);
        let mut parts = parts.iter();
        let passed = self.arguments.iter().map(|argument| match argument {
            Argument::Active(active) => parts.next().map(|part| active.pass(part, scalar, krate)),
            Argument::Captured(captured) => Some(captured.pass()),
        });
        let value = quote!(#binding #ident #turbofish (#(#passed),*));
        let Output { tree: output, fails } = output;
        let arguments = quote!(&self, #point: &#krate::In<Self, #scalar>);
        let (call, try_call) = if *fails { self.fallible(&arguments, &point, &value) } else { (value, None) };
        quote! {
            #(#cfgs)*
            #[automatically_derived]
            impl #impl_generics #krate::Differentiable for #name #ty_generics #where_clause {
                type Input = #input;
                type Output = #output;

                #[inline]
                fn call<#scalar: #krate::Scalar<Real = #krate::Leaf<Self>>>(#arguments) -> #krate::Out<Self, #scalar> {
                    #call
                }

                #try_call
            }
        }
    }

    /// The bodies of a function that returns a `Result`: `call`, which panics with the error, and `try_call`.
    fn fallible(
        &self,
        arguments: &TokenStream,
        point: &Ident,
        value: &TokenStream,
    ) -> (TokenStream, Option<TokenStream>) {
        let (krate, scalar) = (&self.krate, &self.scalar.ident);
        let call = quote! {
            match #krate::Differentiable::try_call::<#scalar>(self, #point) {
                ::core::result::Result::Ok(output) => output,
                ::core::result::Result::Err(error) => ::core::panic!("{}", error),
            }
        };
        let try_call = quote! {
            #[inline]
            fn try_call<#scalar: #krate::Scalar<Real = #krate::Leaf<Self>>>(
                #arguments,
            ) -> ::core::result::Result<#krate::Out<Self, #scalar>, #krate::Error> {
                ::core::result::Result::map_err({ #value }, ::core::convert::Into::into)
            }
        };
        (call, Some(try_call))
    }

    /// The type of the input, the names of its parts, and the statement that binds them.
    fn input(&self, point: &Ident) -> (TokenStream, Vec<Ident>, TokenStream) {
        let trees: Vec<&Type> = self.active().map(|active| &active.tree).collect();
        if let [tree] = trees[..] {
            return (quote!(#tree), vec![point.clone()], TokenStream::new());
        }
        let parts: Vec<Ident> =
            (0..trees.len()).map(|i| format_ident!("part{}", i, span = Span::mixed_site())).collect();
        (quote!((#(#trees),*)), parts.clone(), quote!(let (#(#parts),*) = #point;))
    }

    fn active(&self) -> impl Iterator<Item = &Active> {
        self.arguments.iter().filter_map(Argument::active)
    }

    /// A leaf that is a type parameter has to be a `Real`.
    fn bound_leaf(&self, generics: &mut Generics) {
        let Self { krate, scalar: ScalarParam { leaf, .. }, .. } = self;
        let leaf_is_open = self.generics.type_params().any(|param| {
            let is_leaf = matches!(leaf, Type::Path(path) if path.path.is_ident(&param.ident));
            is_leaf && !is_bounded_by(&self.generics, param, "Real")
        });
        if leaf_is_open {
            generics.make_where_clause().predicates.push(parse_quote!(#leaf: #krate::Real));
        }
    }
}

/// Names the elided lifetimes of all types, and gives the name if there was one to name.
fn name_all_elided(signature: &Signature, arguments: &mut [Argument], output: &mut Type) -> Option<Lifetime> {
    let lifetime = Taken::by(signature).lifetime("data");
    let types = arguments.iter_mut().map(Argument::ty_mut).chain([output]);
    let named = types.filter_map(|ty| name_elided(ty, &lifetime).then_some(())).count();
    (named > 0).then_some(lifetime)
}

fn is_carried(attribute: &Attribute) -> bool {
    attribute.path().is_ident("doc") || attribute.path().is_ident("cfg")
}

/// `::<S, T, N>`: all parameters but the lifetimes.
fn turbofish(generics: &Generics) -> TokenStream {
    let names = generics.params.iter().filter_map(|param| match param {
        GenericParam::Lifetime(_) => None,
        GenericParam::Type(param) => Some(&param.ident),
        GenericParam::Const(param) => Some(&param.ident),
    });
    quote!(::<#(#names),*>)
}
