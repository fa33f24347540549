//! Everything that a user of the library may name, in one list. Whoever changes it sees what breaks for others.
//!
//! `THUNKPROOF_BLESS=1 cargo test -p nix_evaluator --test public_names` writes it again.

use std::path::Path;

use proc_macro2::TokenStream;
use syn::visit::Visit;

/// The tokens of a signature, with the spaces that people write.
fn shown(tokens: TokenStream) -> String {
    let mut text = tokens.to_string();
    for (from, to) in [
        (" :: ", "::"),
        (" < ", "<"),
        ("< ", "<"),
        (" >", ">"),
        ("& ", "&"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" ,", ","),
        (" ;", ";"),
        ("=(", "= ("),
        ("? S", "?S"),
        (" : ", ": "),
        ("- >", "->"),
        ("->", " -> "),
        ("  ", " "),
        (",)", ")"),
    ] {
        text = text.replace(from, to);
    }
    text
}

fn tokens(item: &impl quote::ToTokens) -> TokenStream {
    item.to_token_stream()
}

fn is_public(visibility: &syn::Visibility) -> bool {
    matches!(visibility, syn::Visibility::Public(_))
}

/// Collects the public items of a file.
#[derive(Default)]
struct Names {
    lines: Vec<String>,
}

impl Names {
    fn fields(&mut self, name: &syn::Ident, fields: &syn::Fields) {
        for field in fields.iter().filter(|field| is_public(&field.vis)) {
            let field_name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
            self.lines.push(format!("{name}.{field_name}: {}", shown(tokens(&field.ty))));
        }
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_mod(&mut self, _: &'ast syn::ItemMod) {}

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        if is_public(&item.vis) {
            self.lines.push(format!("struct {}{}", item.ident, shown(tokens(&item.generics))));
            self.fields(&item.ident, &item.fields);
        }
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        if is_public(&item.vis) {
            self.lines.push(format!("enum {}{}", item.ident, shown(tokens(&item.generics))));
            for variant in &item.variants {
                self.lines.push(format!("{}::{}", item.ident, variant.ident));
            }
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let of = shown(tokens(&item.self_ty));
        match &item.trait_ {
            Some((path, _)) => self.lines.push(format!("{of}: {}", shown(tokens(path)))),
            None => {
                for member in &item.items {
                    if let syn::ImplItem::Fn(function) = member
                        && is_public(&function.vis)
                    {
                        self.lines.push(format!("{of}: {}", shown(tokens(&function.sig))));
                    }
                }
            }
        }
    }
}

/// The types that lib.rs hands out of `library`.
fn handed_out(file: &syn::File) -> Vec<String> {
    fn leaves(tree: &syn::UseTree, into: &mut Vec<String>) {
        match tree {
            syn::UseTree::Name(name) => into.push(name.ident.to_string()),
            syn::UseTree::Path(path) => leaves(&path.tree, into),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, into)),
            _ => {}
        }
    }
    let mut names = Vec::new();
    for item in &file.items {
        match item {
            syn::Item::Use(item) if is_public(&item.vis) => leaves(&item.tree, &mut names),
            syn::Item::Mod(item) if is_public(&item.vis) => names.push(format!("mod {}", item.ident)),
            _ => {}
        }
    }
    names.sort();
    names
}

#[test]
fn the_list_is_what_can_be_named() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &Path| {
        let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let roots = handed_out(&read(&folder.join("src/lib.rs")));
    let mut names = Names::default();
    for entry in walkdir::WalkDir::new(folder.join("src/library")).sort_by_file_name() {
        let entry = entry.expect("the folder can be read");
        let is_test = entry.file_name() == "tests.rs";
        if entry.path().extension().is_some_and(|extension| extension == "rs") && !is_test {
            names.visit_file(&read(entry.path()));
        }
    }
    // Only what belongs to a type that is handed out.
    let mut lines: Vec<String> = names
        .lines
        .into_iter()
        .filter(|line| {
            let line = line.strip_prefix("struct ").or_else(|| line.strip_prefix("enum ")).unwrap_or(line);
            let name = line.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            roots.iter().any(|root| root == name)
        })
        .collect();
    lines.sort();
    let list = [roots, vec![String::new()], lines, vec![String::new()]].concat().join("\n");
    let path = folder.join("tests/public_names.txt");
    if std::env::var_os("THUNKPROOF_BLESS").is_some() {
        std::fs::write(&path, &list).expect("the list can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == list, "what can be named has changed; THUNKPROOF_BLESS=1 writes {}", path.display());
}
