//! Holds the modules of a crate to a list of which may name which, and a page to a picture of that list.
//!
//! Tests of more than one crate include this file (`#[path]`). A test names `src/lib.rs`, one [`Row`] for each module
//! that is declared there, and the page:
//!
//! ```ignore
//! #[path = "../../harness/tests/support/layers.rs"]
//! mod layers;
//!
//! layers::check(Path::new("…/src/lib.rs"), ROWS);
//! layers::check_page(Path::new("…/docs/architecture.md"), "evaluator", ROWS);
//! ```
//!
//! Every file of the crate is parsed. What counts as naming a module: `use` trees, and paths that begin with `crate`,
//! `self` or `super`, in expressions, types, patterns, attributes and the token streams of macros. What is compiled for
//! tests only is left out, and so are links in documentation.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, Ident, Item, Meta, UseTree,
    visit::{self, Visit},
};

/// A module, and the modules that it may name, with spaces between them.
pub type Row<'a> = (&'a str, &'a str);

/// Rows, taken apart.
type Rows<'a> = BTreeMap<&'a str, Vec<&'a str>>;

fn taken_apart<'a>(rows: &[Row<'a>]) -> Rows<'a> {
    rows.iter().map(|(module, named)| (*module, named.split_whitespace().collect())).collect()
}

/// Fails unless the modules of the crate with this `lib.rs` name each other exactly as the rows say, and no module
/// names itself by way of others.
#[track_caller]
pub fn check(root: &Path, rows: &[Row<'_>]) {
    let problems = problems(root, rows);
    assert!(problems.is_empty(), "{}:\n{}", root.display(), problems.join("\n"));
}

/// Fails unless the page shows these rows between the marks `<!-- layers of NAME -->` and `<!-- end of layers -->`.
/// With THUNKPROOF_BLESS=1, which CI refuses, the rows are written there.
#[track_caller]
pub fn check_page(page: &Path, name: &str, rows: &[Row<'_>]) {
    let text = fs::read_to_string(page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
    let (start, end) = (format!("<!-- layers of {name} -->\n"), "<!-- end of layers -->");
    let Some((before, rest)) = text.split_once(&start) else { panic!("{} has no {start}", page.display()) };
    let Some((shown, after)) = rest.split_once(end) else { panic!("{} has no {end}", page.display()) };
    let drawn = drawn(rows);
    if env::var_os("THUNKPROOF_BLESS").is_some_and(|value| value == "1") {
        assert!(env::var_os("CI").is_none(), "nothing is blessed in CI");
        fs::write(page, [before, &start, &drawn, end, after].concat())
            .unwrap_or_else(|error| panic!("{}: {error}", page.display()));
    } else {
        assert_eq!(shown, drawn, "{} shows other layers than the test allows: THUNKPROOF_BLESS=1", page.display());
    }
}

/// The rows as a table: each module stands below all that name it.
pub fn drawn(rows: &[Row<'_>]) -> String {
    let rows = taken_apart(rows);
    let mut heights = BTreeMap::new();
    for module in rows.keys() {
        height(module, &rows, &mut heights);
    }
    let mut order: Vec<_> = heights.iter().collect();
    order.sort_by_key(|(module, height)| (std::cmp::Reverse(**height), **module));
    let mut table = "| height | module | may name |\n|---|---|---|\n".to_owned();
    for (module, height) in order {
        let named: Vec<_> = rows[module].iter().map(|named| format!("`{named}`")).collect();
        table += &format!("| {height} | `{module}` | {} |\n", named.join(", "));
    }
    table
}

/// How many layers are below a module. Of a circle, which [`check`] refuses, any number.
fn height<'a>(module: &'a str, rows: &Rows<'a>, heights: &mut BTreeMap<&'a str, usize>) -> usize {
    if let Some(height) = heights.get(module) {
        return *height;
    }
    heights.insert(module, 0);
    let of = named(rows, module).iter().map(|named| 1 + height(named, rows, heights)).max().unwrap_or(0);
    heights.insert(module, of);
    of
}

fn named<'r, 'a>(rows: &'r Rows<'a>, module: &str) -> &'r [&'a str] {
    rows.get(module).map_or(&[], Vec::as_slice)
}

/// What is wrong with the rows, a line each.
pub fn problems(root: &Path, rows: &[Row<'_>]) -> Vec<String> {
    let found = read(root);
    let mut problems = found.problems;
    let rows = taken_apart(rows);
    for module in found.modules.iter().filter(|module| !rows.contains_key(module.as_str())) {
        problems.push(format!("module `{module}` has no row"));
    }
    for module in rows.keys().filter(|module| !found.modules.contains(**module)) {
        problems.push(format!("the row `{module}` is of no module"));
    }
    for ((module, named), place) in &found.names {
        if rows.get(module.as_str()).is_some_and(|row| !row.contains(&named.as_str())) {
            problems.push(format!("{place}: `{module}` names `{named}`, which its row does not allow"));
        }
    }
    for (module, row) in &rows {
        for named in row {
            if !found.names.contains_key(&((*module).to_owned(), (*named).to_owned())) {
                problems.push(format!("`{module}` does not name `{named}`: take it out of its row"));
            }
        }
    }
    problems.extend(circle(&rows).map(|circle| format!("a circle: {}", circle.join(" → "))));
    problems
}

/// A circle of modules that may name each other, the first one again at the end.
fn circle<'a>(rows: &Rows<'a>) -> Option<Vec<&'a str>> {
    fn follow<'a>(way: &mut Vec<&'a str>, done: &mut BTreeSet<&'a str>, rows: &Rows<'a>) -> bool {
        let module = way[way.len() - 1];
        for named in named(rows, module) {
            if let Some(start) = way.iter().position(|module| module == named) {
                way.drain(..start);
                way.push(named);
                return true;
            }
            if done.insert(named) {
                way.push(named);
                if follow(way, done, rows) {
                    return true;
                }
                way.pop();
            }
        }
        false
    }
    let mut done = BTreeSet::new();
    rows.keys().find_map(|module| {
        let mut way = vec![*module];
        (done.insert(*module) && follow(&mut way, &mut done, rows)).then_some(way)
    })
}

/// What a crate's modules name.
#[derive(Debug, Default)]
pub struct Found {
    /// The modules that `lib.rs` declares.
    pub modules: BTreeSet<String>,
    /// Each module with one that it names, and the first place where it does.
    pub names: BTreeMap<(String, String), String>,
    /// What cannot be told, or hides what is named.
    pub problems: Vec<String>,
}

/// Reads the crate with this `lib.rs`.
pub fn read(root: &Path) -> Found {
    let mut reader = Reader::default();
    reader.file(root, Vec::new(), root.parent().unwrap_or(Path::new(".")));
    reader.resolve()
}

/// A path as it is written somewhere.
struct Mention {
    /// The module that it is written in.
    module: Vec<String>,
    /// The segments of the path; `*` where a glob ends it.
    segments: Vec<String>,
    /// File and line.
    place: String,
    /// The name by which a `use` makes it known.
    alias: Option<String>,
}

#[derive(Default)]
struct Reader {
    modules: BTreeSet<String>,
    mentions: Vec<Mention>,
    /// Macros that a module exports stand at the root of the crate.
    macros: BTreeMap<String, String>,
    problems: Vec<String>,
}

impl Reader {
    /// Reads the file of a module. The files of its own modules are in `folder`.
    fn file(&mut self, file: &Path, module: Vec<String>, folder: &Path) {
        let parsed = fs::read_to_string(file)
            .map_err(|error| error.to_string())
            .and_then(|text| syn::parse_file(&text).map_err(|error| error.to_string()));
        match parsed {
            Ok(parsed) if is_for_tests(&parsed.attrs) => {}
            Ok(parsed) => {
                let mut visitor = Visitor { reader: self, file, module, folder: folder.to_owned() };
                visitor.visit_file(&parsed);
            }
            Err(error) => self.problems.push(format!("{}: {error}", file.display())),
        }
    }

    /// Tells of each path which module of the crate it leads to.
    fn resolve(self) -> Found {
        let mut found = Found { modules: self.modules, names: BTreeMap::new(), problems: self.problems };
        // What the root makes known under a name of its own belongs to the module that it comes from.
        let mut exported = self.macros;
        for mention in self.mentions.iter().filter(|mention| mention.module.is_empty()) {
            if let (Some(alias), Some(path)) = (&mention.alias, absolute(mention, &found.modules))
                && let Some(first) = path.first().filter(|first| found.modules.contains(*first))
            {
                exported.insert(alias.clone(), first.clone());
            }
        }
        for mention in self.mentions.iter().filter(|mention| !mention.module.is_empty()) {
            let Some(path) = absolute(mention, &found.modules) else { continue };
            let (module, place) = (&mention.module[0], &mention.place);
            match path.first().map(String::as_str) {
                Some("*") => found.problems.push(format!("{place}: `{module}` takes all names of the crate's root")),
                None if mention.alias.is_some() => {
                    found.problems.push(format!("{place}: `{module}` gives the crate's root a name"));
                }
                Some(first) => {
                    let named =
                        if found.modules.contains(first) { Some(first) } else { exported.get(first).map(|it| &**it) };
                    if let Some(named) = named.filter(|named| named != module) {
                        found.names.entry((module.clone(), named.to_owned())).or_insert_with(|| place.clone());
                    }
                }
                None => {}
            }
        }
        found
    }
}

/// A path from the crate's root, if it leads into the crate. Bare names do so only at the root: elsewhere an import,
/// which counts by itself, makes them known.
fn absolute(mention: &Mention, modules: &BTreeSet<String>) -> Option<Vec<String>> {
    let (first, rest) = mention.segments.split_first()?;
    let mut path = match first.as_str() {
        "crate" => Vec::new(),
        "self" | "super" => mention.module.clone(),
        first if mention.module.is_empty() && modules.contains(first) => vec![first.to_owned()],
        _ => return None,
    };
    if first == "super" {
        path.pop();
    }
    for segment in rest {
        match segment.as_str() {
            "super" => _ = path.pop(),
            "self" => {}
            segment => path.push(segment.to_owned()),
        }
    }
    Some(path)
}

/// Goes through the file of a module.
struct Visitor<'a> {
    reader: &'a mut Reader,
    file: &'a Path,
    module: Vec<String>,
    /// Where the files of this module's own modules are.
    folder: PathBuf,
}

impl Visitor<'_> {
    fn mention(&mut self, segments: Vec<String>, line: usize, alias: Option<String>) {
        let place = format!("{}:{line}", self.file.display());
        self.reader.mentions.push(Mention { module: self.module.clone(), segments, place, alias });
    }

    /// `before` is what stands before the tree.
    fn use_tree(&mut self, tree: &UseTree, before: &[Ident]) {
        match tree {
            UseTree::Path(path) => self.use_tree(&path.tree, &[before, std::slice::from_ref(&path.ident)].concat()),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.use_tree(tree, before)),
            UseTree::Glob(_) => self.used(before, "*", None),
            UseTree::Name(name) => self.used(before, &name.ident.to_string(), Some(&name.ident)),
            UseTree::Rename(name) => self.used(before, &name.ident.to_string(), Some(&name.rename)),
        }
    }

    fn used(&mut self, before: &[Ident], name: &str, alias: Option<&Ident>) {
        let first = before.first().or(alias);
        let line = first.map_or(0, |first| first.span().start().line);
        let segments = before.iter().map(Ident::to_string).chain([name.to_owned()]).collect();
        self.mention(segments, line, alias.map(Ident::to_string));
    }

    /// Finds paths in tokens that are not parsed: those of macros and of attributes.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut next = 0;
        while next < tokens.len() {
            match &tokens[next] {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(first) if ["crate", "self", "super"].contains(&first.to_string().as_str()) => {
                    next = self.path_in_tokens(&tokens, next);
                    continue;
                }
                TokenTree::Literal(literal) => self.path_in_text(&literal.to_string(), literal.span().start().line),
                _ => {}
            }
            next += 1;
        }
    }

    /// Reads the path that begins at `next`; gives where it ends.
    fn path_in_tokens(&mut self, tokens: &[TokenTree], mut next: usize) -> usize {
        let line = tokens[next].span().start().line;
        let is_colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
        let mut segments = vec![tokens[next].to_string()];
        next += 1;
        while is_colon(next) && is_colon(next + 1) {
            match tokens.get(next + 2) {
                Some(TokenTree::Ident(ident)) => segments.push(ident.to_string()),
                // A tree of imports.
                Some(TokenTree::Group(group)) => {
                    let tree = format!("{}::{group}", segments.join("::"));
                    if let Ok(tree) = syn::parse_str::<UseTree>(&tree) {
                        self.use_tree(&tree, &[]);
                    }
                    return next + 3;
                }
                _ => break,
            }
            next += 3;
        }
        if segments.len() > 1 {
            self.mention(segments, line, None);
        }
        next
    }

    /// Attributes name functions in text: `#[serde(with = "crate::dates")]`.
    fn path_in_text(&mut self, literal: &str, line: usize) {
        let text = literal.trim_matches('"');
        if (text.starts_with("crate::") || text.starts_with("super::"))
            && let Ok(path) = syn::parse_str::<syn::Path>(text)
        {
            self.mention(path.segments.iter().map(|segment| segment.ident.to_string()).collect(), line, None);
        }
    }
}

/// Leaves out what is compiled for tests only.
macro_rules! without_tests {
    ($($visit:ident: $node:ident,)*) => {
        $(fn $visit(&mut self, node: &'ast syn::$node) {
            if !is_for_tests(&node.attrs) {
                visit::$visit(self, node);
            }
        })*
    };
}

impl<'ast> Visit<'ast> for Visitor<'_> {
    without_tests! {
        visit_arm: Arm,
        visit_field: Field,
        visit_field_value: FieldValue,
        visit_impl_item_const: ImplItemConst,
        visit_impl_item_fn: ImplItemFn,
        visit_impl_item_macro: ImplItemMacro,
        visit_impl_item_type: ImplItemType,
        visit_item_const: ItemConst,
        visit_item_enum: ItemEnum,
        visit_item_fn: ItemFn,
        visit_item_impl: ItemImpl,
        visit_item_static: ItemStatic,
        visit_item_struct: ItemStruct,
        visit_item_trait: ItemTrait,
        visit_item_type: ItemType,
        visit_item_union: ItemUnion,
        visit_local: Local,
        visit_stmt_macro: StmtMacro,
        visit_trait_item_const: TraitItemConst,
        visit_trait_item_fn: TraitItemFn,
        visit_trait_item_macro: TraitItemMacro,
        visit_trait_item_type: TraitItemType,
        visit_variant: Variant,
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        if is_for_tests(&item.attrs) {
            return;
        }
        if let (Some(name), Some(module)) = (&item.ident, self.module.first())
            && item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export"))
        {
            self.reader.macros.insert(name.to_string(), module.clone());
        }
        visit::visit_item_macro(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if is_for_tests(&item.attrs) {
            return;
        }
        let name = item.ident.to_string();
        if self.module.is_empty() {
            self.reader.modules.insert(name.clone());
        }
        let module = [&self.module[..], std::slice::from_ref(&name)].concat();
        let folder = self.folder.join(&name);
        match &item.content {
            Some((_, items)) => {
                let mut inner = Visitor { reader: self.reader, file: self.file, module, folder };
                items.iter().for_each(|item: &Item| inner.visit_item(item));
            }
            None => {
                let (flat, nested) = (self.folder.join(format!("{name}.rs")), folder.join("mod.rs"));
                let file = if flat.exists() { flat } else { nested };
                self.reader.file(&file, module, &folder);
            }
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !is_for_tests(&item.attrs) {
            self.use_tree(&item.tree, &[]);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments.len() > 1 && path.leading_colon.is_none() {
            self.mention(segments, path.segments[0].ident.span().start().line, None);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, node: &'ast syn::Macro) {
        visit::visit_macro(self, node);
        self.tokens(node.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        visit::visit_attribute(self, attribute);
        if let Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
    }
}

/// Whether something is there for tests only.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    fn is_test(meta: &Meta) -> bool {
        let among = |list: &syn::MetaList, all: bool| {
            let inner = list.parse_args_with(syn::punctuated::Punctuated::<Meta, syn::Token![,]>::parse_terminated);
            inner.is_ok_and(|inner| if all { inner.iter().any(is_test) } else { inner.iter().all(is_test) })
        };
        match meta {
            Meta::Path(path) => path.is_ident("test"),
            Meta::List(list) if list.path.is_ident("all") => among(list, true),
            Meta::List(list) if list.path.is_ident("any") => among(list, false),
            _ => false,
        }
    }
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || attribute.path().is_ident("cfg") && attribute.parse_args::<Meta>().is_ok_and(|meta| is_test(&meta))
    })
}
