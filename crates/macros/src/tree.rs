//! `#[derive(Tree)]`: a struct of scalars, field by field.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{
    Data, DeriveInput, Error, Fields, GenericParam, Generics, Member, Path, Result, Token, Type, TypeParam, parse_quote,
};

use crate::field::{Field, Walk};
use crate::names::Taken;
use crate::options::TreeOptions;
use crate::scalar::{ScalarParam, is_bounded_by, leaf_in_bounds};

/// The derive.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let expansion = syn::parse2::<DeriveInput>(input).and_then(|input| Ok(Structure::of(&input)?.expand()));
    expansion.unwrap_or_else(|error| error.to_compile_error())
}

/// A struct, and the names that its implementation uses.
struct Structure {
    krate: Path,
    ident: Ident,
    declared: Generics,
    /// The generics of the implementation: the declared ones with the leaf in place of the scalar.
    generics: Generics,
    scalar: ScalarParam,
    fields: Vec<Field>,
    /// The type parameters of the methods.
    from: Ident,
    to: Ident,
}

impl Structure {
    fn of(input: &DeriveInput) -> Result<Self> {
        let fields = struct_fields(input)?;
        let options = TreeOptions::of(&input.attrs)?;
        let param = scalar_param(input, options.scalar.as_ref())?;
        let mut taken = Taken::by(input);
        let (leaf, open) = leaf_of(input, param, &mut taken);
        let scalar = ScalarParam { ident: param.ident.clone(), leaf };
        let fields = fields.iter().enumerate().map(|(i, field)| Field::of(i, field, &scalar)).collect::<Result<_>>()?;
        let mut structure = Self {
            generics: at_leaf(&input.generics, &scalar, open.as_ref(), &options.krate),
            krate: options.krate,
            ident: input.ident.clone(),
            declared: input.generics.clone(),
            scalar,
            fields,
            from: taken.ident("S"),
            to: taken.ident("U"),
        };
        structure.bound_fields();
        Ok(structure)
    }

    /// Fields that hold no scalar are cloned.
    fn bound_fields(&mut self) {
        let others: Vec<Ident> = self
            .declared
            .type_params()
            .map(|param| param.ident.clone())
            .filter(|ident| *ident != self.scalar.ident)
            .collect();
        for bound in self.fields.iter().flat_map(|field| field.clone_bounds(&others)) {
            self.generics.make_where_clause().predicates.push(parse_quote!(#bound: ::core::clone::Clone));
        }
    }

    /// The arguments of the struct with another type in place of the scalar.
    fn over(&self, scalar: &impl ToTokens) -> TokenStream {
        let arguments = self.declared.params.iter().map(|param| match param {
            GenericParam::Lifetime(param) => {
                let lifetime = &param.lifetime;
                quote!(#lifetime)
            }
            GenericParam::Type(param) if param.ident == self.scalar.ident => quote!(#scalar),
            GenericParam::Type(TypeParam { ident, .. }) => quote!(#ident),
            GenericParam::Const(param) => {
                let ident = &param.ident;
                quote!(#ident)
            }
        });
        quote!(<#(#arguments),*>)
    }

    fn expand(&self) -> TokenStream {
        let Self { krate, ident, from, scalar: ScalarParam { leaf, .. }, .. } = self;
        let (impl_generics, _, where_clause) = self.generics.split_for_impl();
        let (at_leaf, at_from) = (self.over(leaf), self.over(from));
        let (map, visit, visit_mut, pairs, shape) =
            (self.map(), self.visit(), self.visit_mut(), self.pairs(), self.shape());
        quote! {
            #[automatically_derived]
            impl #impl_generics #krate::Tree for #ident #at_leaf #where_clause {
                type Leaf = #leaf;
                type Of<#from: #krate::Scalar<Real = #leaf>> = #ident #at_from;
                #map
                #visit
                #visit_mut
                #pairs
                #shape
            }
        }
    }

    fn map(&self) -> TokenStream {
        let Self { krate, ident, from, to, scalar: ScalarParam { leaf, .. }, .. } = self;
        let at_to = self.over(to);
        let fields = self.fields.iter().map(|Field { member, walk }| match walk {
            Walk::Tree(ty) => quote!(#member: <#ty as #krate::Tree>::map_with::<#from, #to>(&of.#member, mapping)),
            Walk::Kept(ty) => quote!(#member: <#ty as ::core::clone::Clone>::clone(&of.#member)),
            Walk::Marker => quote!(#member: ::core::marker::PhantomData),
        });
        quote! {
            #[inline]
            fn map_with<#from, #to>(of: &Self::Of<#from>, mapping: &mut impl #krate::MapLeaves<#from, #to>) -> Self::Of<#to>
            where
                #from: #krate::Scalar<Real = #leaf>,
                #to: #krate::Scalar<Real = #leaf>,
            {
                #ident::#at_to { #(#fields,)* }
            }
        }
    }

    fn visit(&self) -> TokenStream {
        let Self { krate, from, scalar: ScalarParam { leaf, .. }, .. } = self;
        let (members, types) = self.trees();
        let parts = members.iter().map(|member| match member {
            Member::Named(name) => {
                let name = name.unraw().to_string();
                quote!(#krate::Part::Field(#name))
            }
            Member::Unnamed(index) => {
                let index = index.index as usize;
                quote!(#krate::Part::Index(#index))
            }
        });
        quote! {
            #[inline]
            fn visit<#from: #krate::Scalar<Real = #leaf>>(of: &Self::Of<#from>, visitor: &mut impl #krate::Visit<#from>) {
                #(#krate::Visit::<#from>::part(visitor, #parts, |visitor| {
                    <#types as #krate::Tree>::visit::<#from>(&of.#members, visitor);
                });)*
            }
        }
    }

    fn visit_mut(&self) -> TokenStream {
        let Self { krate, from, scalar: ScalarParam { leaf, .. }, .. } = self;
        let (members, types) = self.trees();
        quote! {
            #[inline]
            fn visit_mut<#from: #krate::Scalar<Real = #leaf>>(
                of: &mut Self::Of<#from>,
                visitor: &mut impl #krate::VisitMut<#from>,
            ) {
                #(<#types as #krate::Tree>::visit_mut::<#from>(&mut of.#members, visitor);)*
            }
        }
    }

    /// Of a struct with content that is no tree the leaves and lengths do not tell all.
    fn shape(&self) -> TokenStream {
        if self.fields.iter().any(|field| matches!(field.walk, Walk::Kept(_))) {
            return TokenStream::new();
        }
        let Self { krate, from, scalar: ScalarParam { leaf, .. }, .. } = self;
        let (members, types) = self.trees();
        quote! {
            #[inline]
            fn shape<#from: #krate::Scalar<Real = #leaf>>(
                of: &Self::Of<#from>,
                length: &mut impl ::core::ops::FnMut(usize),
            ) -> bool {
                true #(&& <#types as #krate::Tree>::shape::<#from>(&of.#members, length))*
            }
        }
    }

    fn pairs(&self) -> TokenStream {
        let Self { krate, from, to, scalar: ScalarParam { leaf, .. }, .. } = self;
        let (members, types) = self.trees();
        quote! {
            #[inline]
            fn visit_pairs<#from, #to>(
                a: &Self::Of<#from>,
                b: &Self::Of<#to>,
                visitor: &mut impl #krate::VisitPairs<#from, #to>,
            ) -> ::core::result::Result<(), #krate::ShapeMismatch>
            where
                #from: #krate::Scalar<Real = #leaf>,
                #to: #krate::Scalar<Real = #leaf>,
            {
                #(<#types as #krate::Tree>::visit_pairs::<#from, #to>(&a.#members, &b.#members, visitor)?;)*
                ::core::result::Result::Ok(())
            }
        }
    }

    /// The fields that hold scalars, and their types over the leaf.
    fn trees(&self) -> (Vec<&Member>, Vec<&Type>) {
        let trees = self.fields.iter().filter_map(|Field { member, walk }| match walk {
            Walk::Tree(ty) => Some((member, ty)),
            Walk::Kept(_) | Walk::Marker => None,
        });
        trees.unzip()
    }
}

fn struct_fields(input: &DeriveInput) -> Result<&Fields> {
    let found = match &input.data {
        Data::Struct(data) => return Ok(&data.fields),
        Data::Enum(_) => "an enum, whose leaves would depend on the variant",
        Data::Union(_) => "a union",
    };
    Err(Error::new_spanned(&input.ident, format!("`#[derive(Tree)]` expected a struct; found {found}")))
}

/// The type parameter that stands for the scalar: the one that is named, the one bounded by `Scalar`, or the only one.
fn scalar_param<'a>(input: &'a DeriveInput, named: Option<&Ident>) -> Result<&'a TypeParam> {
    let params: Vec<&TypeParam> = input.generics.type_params().collect();
    let bounded =
        |name| params.iter().copied().filter(|param| is_bounded_by(&input.generics, param, name)).collect::<Vec<_>>();
    if let Some(named) = named {
        let found = params.iter().find(|param| param.ident == *named);
        return found.copied().ok_or_else(|| {
            Error::new_spanned(named, format!("expected a type parameter of `{}`; found `{named}`", input.ident))
        });
    }
    match (&bounded("Scalar")[..], &bounded("Real")[..], &params[..]) {
        ([scalar], ..) => Ok(scalar),
        ([], [float, ..], _) => Err(Error::new_spanned(
            float,
            format!(
                "expected a parameter that any scalar fits, such as `{0}` or `{0}: Scalar`; found the bound `Real`, which only floats meet",
                float.ident
            ),
        )),
        ([], [], [only]) => Ok(only),
        ([], [], []) => Err(Error::new_spanned(
            &input.ident,
            format!(
                "expected a struct generic over its scalar, such as `{0}<S>`; found `{0}` without a type parameter",
                input.ident
            ),
        )),
        ([], [], [_, second, ..]) | ([_, second, ..], ..) => Err(Error::new_spanned(
            second,
            "expected to know which type parameter is the scalar; found several that may be. Say which: `#[tree(scalar = S)]`",
        )),
    }
}

/// The leaf: the `Real` of the bound, or a type parameter of the implementation, which is then given too.
fn leaf_of(input: &DeriveInput, param: &TypeParam, taken: &mut Taken) -> (Type, Option<Ident>) {
    leaf_in_bounds(&input.generics, param).map_or_else(
        || {
            let open = taken.ident("R");
            (parse_quote!(#open), Some(open))
        },
        |leaf| (leaf, None),
    )
}

/// The declared generics without defaults, with the leaf for the scalar: `open` if that is a parameter of its own.
fn at_leaf(declared: &Generics, scalar: &ScalarParam, open: Option<&Ident>, krate: &Path) -> Generics {
    let mut generics = declared.clone();
    let params = std::mem::take(&mut generics.params);
    generics.params = params
        .into_iter()
        .filter_map(|param| without_default(param, scalar, open))
        .collect::<Punctuated<_, Token![,]>>();
    scalar.replace_in(&mut generics);
    if let Some(open) = open {
        generics.make_where_clause().predicates.push(parse_quote!(#open: #krate::Real));
    }
    generics
}

fn without_default(mut param: GenericParam, scalar: &ScalarParam, open: Option<&Ident>) -> Option<GenericParam> {
    match &mut param {
        GenericParam::Lifetime(_) => {}
        GenericParam::Const(param) => param.default = None,
        GenericParam::Type(param) => {
            param.default = None;
            if param.ident == scalar.ident {
                param.ident = open?.clone();
            }
        }
    }
    Some(param)
}
