//! Calls of builtins: for each, what it can give, and arguments for which it gives that.

use std::sync::LazyLock;

use super::{
    Generator,
    builtin_arguments::{self as given, ENTRIES_OF_TEXT, filtered, mapped},
    swarm::Feature,
    table::{BOOL, FLOAT, INT, LIST, NULL, PATH, SET, TEXT},
    types::{Kind, Type},
};
use crate::program::{Expr, Node};

/// A way of calling a builtin.
pub(super) struct Call {
    /// The builtin's name.
    pub name: &'static str,
    /// The kinds of what it gives, a bit each.
    pub kinds: u16,
    /// Whether it gives just this.
    pub gives: fn(&Type) -> bool,
    /// The arguments that make it give this.
    pub arguments: fn(&mut Generator<'_, '_>, &Type) -> Vec<Expr>,
}

const fn call(
    name: &'static str,
    kinds: u16,
    gives: fn(&Type) -> bool,
    arguments: fn(&mut Generator<'_, '_>, &Type) -> Vec<Expr>,
) -> Call {
    Call { name, kinds, gives, arguments }
}

/// A type that a kind tells all of.
fn any(_: &Type) -> bool {
    true
}

/// A list whose length is not promised.
fn any_list(wanted: &Type) -> bool {
    matches!(wanted, Type::List(_, 0))
}

fn list_of(wanted: &Type, given: &Type) -> bool {
    matches!(wanted, Type::List(of, 0) if given.fits(of))
}

fn texts(wanted: &Type) -> bool {
    list_of(wanted, &Type::Text)
}

/// A set of which nothing is asked.
fn any_set(wanted: &Type) -> bool {
    matches!(wanted, Type::Set(fields) if fields.is_empty())
}

fn set_of(wanted: &Type, given: &[(&'static str, Type)]) -> bool {
    Type::set(given.iter().cloned()).fits(wanted)
}

/// All of them. Those under `ANY` give whatever is wanted.
const CALLS: &[Call] = &[
    call("add", INT, any, |g, _| vec![g.expr(&Type::Int), g.expr(&Type::Int)]),
    call("sub", INT, any, |g, _| vec![g.expr(&Type::Int), g.expr(&Type::Int)]),
    call("mul", INT, any, |g, _| vec![g.leaf(&Type::Int), g.expr(&Type::Int)]),
    call("div", INT, any, |g, _| vec![g.expr(&Type::Int), Expr::Integer(g.below(5) as u64 + 1)]),
    call("bitAnd", INT, any, |g, _| vec![g.expr(&Type::Int), g.expr(&Type::Int)]),
    call("bitOr", INT, any, |g, _| vec![g.expr(&Type::Int), g.expr(&Type::Int)]),
    call("bitXor", INT, any, |g, _| vec![g.expr(&Type::Int), g.expr(&Type::Int)]),
    call("ceil", INT, any, |g, _| vec![given::number(g)]),
    call("floor", INT, any, |g, _| vec![given::number(g)]),
    call("length", INT, any, |g, _| vec![given::a_list(g, 0)]),
    call("stringLength", INT, any, |g, _| vec![g.expr(&Type::Text)]),
    call("compareVersions", INT, any, |g, _| vec![given::version(g), given::version(g)]),
    // Of what is not evaluated yet, the reference's `break` gives the thunk itself, which nothing else expects.
    call("break", INT, any, |g, _| vec![Expr::Integer(g.below(10) as u64)]),
    call("break", TEXT, any, |g, _| vec![Expr::text(g.pick(&super::scope::NAMES))]),
    call("add", FLOAT, any, |g, _| vec![g.expr(&Type::Float), given::number(g)]),
    call("mul", FLOAT, any, |g, _| vec![given::number(g), g.leaf(&Type::Float)]),
    call("sub", FLOAT, any, |g, _| vec![given::number(g), g.expr(&Type::Float)]),
    call("div", FLOAT, any, |g, _| vec![g.expr(&Type::Float), Expr::Float("4.0".to_owned())]),
    call("all", BOOL, any, given::predicate_and_list),
    call("any", BOOL, any, given::predicate_and_list),
    call("elem", BOOL, any, |g, _| {
        let of = g.data_type(1);
        vec![g.expr(&of), g.expr(&Type::list(of, 0))]
    }),
    call("hasAttr", BOOL, any, |g, _| vec![given::name(g), given::a_set(g)]),
    call("hasContext", BOOL, any, |g, _| vec![given::text_with_context(g)]),
    call("isAttrs", BOOL, any, given::anything),
    call("isBool", BOOL, any, given::anything),
    call("isFloat", BOOL, any, given::anything),
    call("isFunction", BOOL, any, given::anything_callable),
    call("isInt", BOOL, any, given::anything),
    call("isList", BOOL, any, given::anything),
    call("isNull", BOOL, any, given::anything),
    call("isPath", BOOL, any, given::anything),
    call("isString", BOOL, any, given::anything),
    call("lessThan", BOOL, any, |g, _| {
        let of = g.ordered_type();
        vec![g.expr(&of), g.expr(&of)]
    }),
    call("pathExists", BOOL, any, |g, _| vec![given::path(g)]),
    call("baseNameOf", TEXT, any, |g, _| vec![given::path_or_text(g)]),
    call("concatStringsSep", TEXT, any, |g, _| vec![g.leaf(&Type::Text), g.expr(&Type::list(Type::Text, 0))]),
    call("convertHash", TEXT, any, |g, _| vec![given::hash_to_convert(g)]),
    call("dirOf", TEXT, any, |g, _| vec![given::text_path(g)]),
    call("getEnv", TEXT, any, |_, _| vec![Expr::text("THUNKPROOF_UNSET")]),
    call("hashFile", TEXT, any, |g, _| vec![given::hash_name(g), given::device()]),
    call("hashString", TEXT, any, |g, _| vec![given::hash_name(g), g.expr(&Type::Text)]),
    call("placeholder", TEXT, any, |g, _| vec![g.leaf(&Type::Text)]),
    call("readFile", TEXT, any, |_, _| vec![given::device()]),
    call("readFileType", TEXT, any, |_, _| vec![given::device()]),
    call("replaceStrings", TEXT, any, given::replacements),
    call("storePath", TEXT, any, |_, _| vec![Expr::text("/nix/store/00000000000000000000000000000000-a")]),
    call("substring", TEXT, any, |g, _| {
        vec![Expr::Integer(g.below(4) as u64), Expr::integer(g.below(6) as i64 - 1), g.expr(&Type::Text)]
    }),
    call("toFile", TEXT, any, |g, _| vec![given::file_name(g), g.leaf(&Type::Text)]),
    call("toJSON", TEXT, any, |g, _| {
        let of = g.data_type(2);
        vec![g.expr(&of)]
    }),
    call("toPath", TEXT, any, |g, _| vec![given::text_path(g)]),
    call("toString", TEXT, any, |g, _| vec![given::convertible(g)]),
    call("toXML", TEXT, any, |g, _| {
        let of = g.data_type(2);
        vec![g.expr(&of)]
    }),
    call("typeOf", TEXT, any, given::anything),
    call("unsafeDiscardStringContext", TEXT, any, |g, _| vec![given::text_with_context(g)]),
    call("unsafeDiscardOutputDependency", TEXT, any, |g, _| vec![given::text_with_context(g)]),
    call("addDrvOutputDependencies", TEXT, any, |g, _| vec![given::derivation(g).select("drvPath")]),
    call("appendContext", TEXT, any, |g, _| vec![g.expr(&Type::Text), given::context(g)]),
    call("dirOf", PATH, any, |g, _| vec![g.leaf(&Type::Path)]),
    call("findFile", PATH, any, given::search),
    call("unsafeGetAttrPos", NULL, any, |g, _| vec![Expr::text("nowhere"), given::a_set(g)]),
    call("fromJSON", NULL, any, |_, _| vec![Expr::text("null")]),
    call("match", NULL, any, |g, _| vec![Expr::text("[0-9]!+"), g.expr(&Type::Text)]),
    call("attrNames", LIST, texts, |g, _| vec![given::a_set(g)]),
    call("attrValues", LIST, any_list, |g, wanted| vec![given::uniform_set(g, given::element(wanted))]),
    call("catAttrs", LIST, any_list, |g, wanted| {
        let field = g.field_name();
        let of = Type::set([(field, given::element(wanted).clone())]);
        vec![Expr::text(field), g.expr(&Type::list(of, 0))]
    }),
    call("concatLists", LIST, any_list, |g, wanted| vec![g.expr(&Type::list(wanted.clone(), 0))]),
    call("concatMap", LIST, any_list, given::function_and_list),
    call("filter", LIST, any_list, |g, wanted| filtered(g, given::element(wanted))),
    call("genList", LIST, any, given::generator_and_length),
    call("map", LIST, any, mapped),
    call("sort", LIST, any, given::comparator_and_list),
    call("filter", LIST, texts, |g, _| {
        let split = Expr::builtin("split", [given::pattern(g), g.expr(&Type::Text)]);
        vec![Expr::variable("builtins").select("isString"), split]
    }),
    call("splitVersion", LIST, texts, |g, _| vec![given::version(g)]),
    call(
        "tail",
        LIST,
        |wanted| matches!(wanted, Type::List(_, 0..=1)),
        |g, wanted| {
            let Type::List(of, at_least) = wanted else { return Vec::new() };
            vec![g.expr(&Type::List(of.clone(), at_least + 1))]
        },
    ),
    call("match", LIST, texts, |g, _| vec![Expr::text("(.*)"), g.leaf(&Type::Text)]),
    call(
        "fromJSON",
        LIST,
        |wanted| list_of(wanted, &Type::Int),
        |g, _| vec![Expr::text(g.pick(&["[]", "[1,2]", " [ 0 , -1 ] "]))],
    ),
    call(
        "derivationStrict",
        SET,
        |wanted| set_of(wanted, ENTRIES_OF_TEXT),
        |g, _| vec![given::derivation_arguments(g)],
    ),
    call("derivation", SET, any_set, |g, _| vec![given::derivation_arguments(g)]),
    call(
        "fromJSON",
        SET,
        |wanted| set_of(wanted, &[("a", Type::Int)]),
        |_, _| vec![Expr::text("{\"b\":[1,{\"c\":null}],\"a\":1}")],
    ),
    call(
        "fromTOML",
        SET,
        |wanted| set_of(wanted, &[("a", Type::Int)]),
        |g, _| vec![Expr::text(g.pick(&["a = 1", "a = 1\n[b]\nc = \"x\"", "b.c = [1.5, 2.5]\na = 0x10"]))],
    ),
    call("functionArgs", SET, any_set, |g, _| vec![given::pattern_function(g)]),
    call("getContext", SET, any_set, |g, _| vec![given::text_with_context(g)]),
    call("groupBy", SET, any_set, given::groups),
    call("intersectAttrs", SET, any, |g, wanted| vec![given::names_of(g, wanted), g.expr(wanted)]),
    call("listToAttrs", SET, any, given::pairs),
    call("mapAttrs", SET, any, given::mapped_set),
    call(
        "parseDrvName",
        SET,
        |wanted| set_of(wanted, &[("name", Type::Text), ("version", Type::Text)]),
        |g, _| vec![given::version(g)],
    ),
    call("partition", SET, any_set, given::predicate_and_list),
    call("removeAttrs", SET, any, given::without),
    call("zipAttrsWith", SET, any_set, given::zipped),
    call("readDir", SET, |_| false, given::anything),
    call("tryEval", SET, |wanted| set_of(wanted, &[("success", Type::Bool)]), given::anything),
];

/// Builtins that give what a function or an element is.
const PASSING: &[Call] = &[
    call("head", 0, any, |g, wanted| vec![g.expr(&Type::list(wanted.clone(), 1))]),
    call("elemAt", 0, any, |g, wanted| {
        let index = g.below(3);
        vec![g.expr(&Type::list(wanted.clone(), index as u8 + 1)), Expr::Integer(index as u64)]
    }),
    call("getAttr", 0, any, |g, wanted| {
        let field = g.field_name();
        vec![Expr::text(field), g.expr(&Type::set([(field, wanted.clone())]))]
    }),
    call("seq", 0, any, |g, wanted| vec![given::anything(g, wanted).remove(0), g.expr(wanted)]),
    call("deepSeq", 0, any, |g, wanted| {
        let of = g.data_type(2);
        vec![g.expr(&of), g.expr(wanted)]
    }),
    call("trace", 0, any, |g, wanted| vec![g.leaf(&Type::Text), g.expr(wanted)]),
    call("traceVerbose", 0, any, |g, wanted| vec![g.leaf(&Type::Text), g.expr(wanted)]),
    call("warn", 0, any, |g, wanted| vec![Expr::text("w"), g.expr(wanted)]),
    call("addErrorContext", 0, any, |g, wanted| vec![g.leaf(&Type::Text), g.expr(wanted)]),
    call("foldl'", 0, any, |g, wanted| {
        let of = g.data_type(1);
        let step = g.lambda_of(&[wanted, &of], |g| g.leaf(wanted));
        vec![step, g.expr(wanted), g.expr(&Type::list(of, 0))]
    }),
];

static BY_KIND: LazyLock<[Vec<&'static Call>; Kind::COUNT]> =
    LazyLock::new(|| std::array::from_fn(|kind| CALLS.iter().filter(|call| call.kinds & (1 << kind) != 0).collect()));

/// A builtin, any alike, and arguments for it.
pub(super) fn any_call(generator: &mut Generator<'_, '_>) -> (&'static str, Vec<Expr>) {
    loop {
        let among = if generator.chance(30) { PASSING } else { CALLS };
        let chosen = &among[generator.below(among.len())];
        let kinds: Vec<Type> = [
            Type::Int,
            Type::Float,
            Type::Bool,
            Type::Text,
            Type::Path,
            Type::Null,
            Type::list(Type::Int, 0),
            Type::list(Type::Text, 0),
            Type::set([]),
        ]
        .into_iter()
        .filter(|of| {
            // Those that pass something on give anything.
            (chosen.kinds == 0 || chosen.kinds & (1 << of.kind() as u16) != 0) && (chosen.gives)(of)
        })
        .collect();
        // Of what is not evaluated yet, the reference's `break` gives the thunk itself, which nothing else expects.
        if !kinds.is_empty() && chosen.name != "break" {
            let wanted = &kinds[generator.below(kinds.len())];
            return (chosen.name, (chosen.arguments)(generator, wanted));
        }
        // Where bytes have run out, the first one is chosen again and again.
        if generator.draw.is_empty() {
            return ("typeOf", vec![Expr::Integer(1)]);
        }
    }
}

impl Generator<'_, '_> {
    /// A call of a builtin that gives what is wanted.
    pub(super) fn builtin(&mut self, wanted: &Type) -> Option<Expr> {
        let calls = &BY_KIND[wanted.kind() as usize];
        let chosen = if calls.is_empty() || self.chance(50) {
            &PASSING[self.below(PASSING.len())]
        } else if wanted.kind() == Kind::Bool && self.chance(24) {
            return Some(given::about_a_builtin(self));
        } else {
            calls[self.below(calls.len())]
        };
        if !(chosen.gives)(wanted) {
            return None;
        }
        let arguments = (chosen.arguments)(self, wanted);
        Some(self.called(chosen.name, arguments))
    }

    /// A call of a builtin, written in one of the ways to name it.
    fn called(&mut self, name: &'static str, arguments: Vec<Expr>) -> Expr {
        const BARE: [&str; 12] = [
            "baseNameOf",
            "break",
            "derivation",
            "derivationStrict",
            "dirOf",
            "fromTOML",
            "isNull",
            "map",
            "placeholder",
            "removeAttrs",
            "toString",
            "throw",
        ];
        let function = match self.below(16) {
            0..=2 if BARE.contains(&name) && !self.scope.binds(name) => Expr::variable(name),
            3 if self.swarm.has(Feature::With) && !self.scope.binds(name) => {
                Expr::With { namespace: Node::new(Expr::variable("builtins")), body: Node::new(Expr::variable(name)) }
            }
            _ => return Expr::builtin(name, arguments),
        };
        arguments.into_iter().fold(function, Expr::apply)
    }
}
