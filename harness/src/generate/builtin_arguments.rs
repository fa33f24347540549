//! Arguments for builtins: of the right type, and such that most calls succeed.

use super::{
    Generator,
    swarm::Feature,
    types::{Field, Signature, Type},
};
use crate::program::{
    AttrName, BinaryOperator as Operator, Binding, Expr, Inherited, Node, TextPart, TextStyle, UnaryOperator,
    source::is_identifier,
};

/// What `derivationStrict` gives.
pub(super) const ENTRIES_OF_TEXT: &[(&str, Type)] = &[("drvPath", Type::Text), ("out", Type::Text)];

fn set(bindings: Vec<Binding>) -> Expr {
    Expr::Attrset { recursive: false, bindings }
}

fn path_literal(text: &str) -> Expr {
    Expr::Path(vec![TextPart::Literal(text.to_owned())])
}

/// The elements' type of a list.
pub(super) fn element(wanted: &Type) -> &Type {
    match wanted {
        Type::List(of, _) => of,
        _ => &Type::Any,
    }
}

/// An integer or a float.
pub(super) fn number(g: &mut Generator<'_, '_>) -> Expr {
    let of = if g.chance(100) { Type::Int } else { Type::Float };
    // Outside of what an integer can hold, rounding fails.
    if of == Type::Float { Expr::Float(g.pick(&["0.5", "1.5", "2.0", "7.75"]).to_owned()) } else { g.expr(&of) }
}

pub(super) fn a_list(g: &mut Generator<'_, '_>, at_least: u8) -> Expr {
    if g.swarm.has(Feature::Unforced) && g.chance(60) {
        return Expr::List(vec![g.unforced(&Type::Any), g.unforced(&Type::Any)]);
    }
    let of = g.printed_type(1);
    g.expr(&Type::list(of, at_least))
}

pub(super) fn a_set(g: &mut Generator<'_, '_>) -> Expr {
    if g.swarm.has(Feature::Unforced) && g.chance(60) {
        let (name, of) = (g.field_name(), Type::Int);
        return g.sealed_set(name, &of);
    }
    let of = g.set_type(1);
    g.expr(&of)
}

pub(super) fn name(g: &mut Generator<'_, '_>) -> Expr {
    Expr::text(g.field_name())
}

pub(super) fn anything(g: &mut Generator<'_, '_>, _: &Type) -> Vec<Expr> {
    let of = g.printed_type(1);
    vec![g.expr(&of)]
}

/// Something callable, or not; builtins themselves among them.
pub(super) fn anything_callable(g: &mut Generator<'_, '_>, wanted: &Type) -> Vec<Expr> {
    match g.below(3) {
        0 => anything(g, wanted),
        1 => {
            let signature = g.signature();
            vec![g.lambda(&signature, true)]
        }
        _ => vec![Expr::variable("builtins").select(g.pick(&UNFORCED))],
    }
}

pub(super) fn version(g: &mut Generator<'_, '_>) -> Expr {
    let versions = ["1.0", "1.2.3", "2.3pre1", "", "a-1.0", "foo-bar-2", "1.0-rc1", "x", "1..2", "nix-0.12pre123"];
    if g.chance(40) { g.expr(&Type::Text) } else { Expr::text(g.pick(&versions)) }
}

/// A file that is empty everywhere.
pub(super) fn device() -> Expr {
    path_literal("/dev/null")
}

pub(super) fn path(g: &mut Generator<'_, '_>) -> Expr {
    if g.chance(100) { device() } else { path_literal("/nowhere/a") }
}

/// A path whose value depends on the folder shows only its name.
pub(super) fn path_or_text(g: &mut Generator<'_, '_>) -> Expr {
    match g.below(6) {
        0 => path_literal("./a/b.nix"),
        1 => path_literal("../a"),
        2 => path_literal("a/b"),
        3 => g.leaf(&Type::Path),
        4 => Expr::SearchPath("nix/fetchurl.nix".to_owned()),
        _ => text_path(g),
    }
}

pub(super) fn text_path(g: &mut Generator<'_, '_>) -> Expr {
    Expr::text(g.pick(&["/a/b", "/a/../b", "/", "/a//b/", "/a/./c"]))
}

pub(super) fn hash_name(g: &mut Generator<'_, '_>) -> Expr {
    Expr::text(g.pick(&["sha256", "md5", "sha1", "sha512"]))
}

pub(super) fn hash_to_convert(g: &mut Generator<'_, '_>) -> Expr {
    let format = g.pick(&["base16", "nix32", "base64", "sri"]);
    let bindings = vec![
        Binding::new("hash", Expr::text("d41d8cd98f00b204e9800998ecf8427e")),
        Binding::new("hashAlgo", Expr::text("md5")),
        Binding::new("toHashFormat", Expr::text(format)),
    ];
    set(bindings)
}

pub(super) fn file_name(g: &mut Generator<'_, '_>) -> Expr {
    Expr::text(g.pick(&["a", "b.txt", "x-1.0"]))
}

/// What becomes a string.
pub(super) fn convertible(g: &mut Generator<'_, '_>) -> Expr {
    let of = match g.below(8) {
        0 | 1 => Type::Int,
        2 => Type::Text,
        3 => Type::Bool,
        4 => Type::Null,
        5 => Type::list(Type::Int, 0),
        6 => return g.converts_itself(),
        _ => Type::Float,
    };
    g.expr(&of)
}

/// A derivation that nobody builds.
pub(super) fn derivation(g: &mut Generator<'_, '_>) -> Expr {
    Expr::builtin("derivation", [derivation_arguments(g)])
}

pub(super) fn derivation_arguments(g: &mut Generator<'_, '_>) -> Expr {
    let mut bindings = vec![
        Binding::new("name", Expr::text(g.pick(&["a", "b-1.0"]))),
        Binding::new("builder", Expr::text("/bin/sh")),
        Binding::new("system", Expr::text("x86_64-linux")),
    ];
    if g.chance(128) {
        let of = g.pick(&[Type::Text, Type::Int, Type::Bool, Type::Null].each_ref()).clone();
        bindings.push(Binding::new(g.pick(&["a", "b", "foo"]), g.expr(&of)));
    }
    if g.chance(40) {
        bindings.push(Binding::new("args", g.expr(&Type::list(Type::Text, 0))));
    }
    let order = g.order(bindings.len());
    set(order.into_iter().map(|index| bindings[index].clone()).collect())
}

/// A string that refers to a derivation or a file, or does not.
pub(super) fn text_with_context(g: &mut Generator<'_, '_>) -> Expr {
    if !g.swarm.has(Feature::Context) || g.chance(60) {
        return g.expr(&Type::Text);
    }
    let referring = match g.below(3) {
        0 => Expr::builtin("toFile", [file_name(g), g.leaf(&Type::Text)]),
        1 if g.swarm.has(Feature::Derivation) => derivation(g),
        _ => Expr::builtin("appendContext", [g.leaf(&Type::Text), context(g)]),
    };
    Expr::Text(
        TextStyle::Quoted,
        vec![
            TextPart::Interpolation(referring),
            TextPart::Literal("-".to_owned()),
            TextPart::Interpolation(g.expr(&Type::Text)),
        ],
    )
}

pub(super) fn context(g: &mut Generator<'_, '_>) -> Expr {
    let (name, what) = match g.below(3) {
        0 => ("/nix/store/00000000000000000000000000000000-a", "path"),
        1 => ("/nix/store/00000000000000000000000000000000-a.drv", "allOutputs"),
        _ => ("/nix/store/00000000000000000000000000000000-a.drv", "outputs"),
    };
    let value = match what {
        "outputs" => Expr::List(vec![Expr::text("out")]),
        _ => Expr::variable("true"),
    };
    set(vec![Binding::new(name, set(vec![Binding::new(what, value)]))])
}

pub(super) fn replacements(g: &mut Generator<'_, '_>, _: &Type) -> Vec<Expr> {
    let count = 1 + g.below(2);
    let from = (0..count).map(|_| Expr::text(g.pick(&["a", "b", "", "o", "ab"]))).collect();
    let to = (0..count).map(|_| g.expr(&Type::Text)).collect();
    vec![Expr::List(from), Expr::List(to), g.expr(&Type::Text)]
}

pub(super) fn pattern(g: &mut Generator<'_, '_>) -> Expr {
    Expr::text(g.pick(&["a", "(b)", "[0-9]+", "(x)|(y)", "o*", "([a-z])([0-9])?"]))
}

/// `[ { path = "/dev"; prefix = "p"; } ] "p/null"`
pub(super) fn search(g: &mut Generator<'_, '_>, _: &Type) -> Vec<Expr> {
    let entry = set(vec![Binding::new("path", Expr::text("/dev")), Binding::new("prefix", Expr::text("p"))]);
    let entry = if g.chance(60) { g.traced(entry) } else { entry };
    vec![Expr::List(vec![entry]), Expr::text("p/null")]
}

// Functions and what they are applied to.

/// A function on elements, which are often looked at in a probe.
fn on_elements(g: &mut Generator<'_, '_>, of: &Type, result: &Type) -> Expr {
    g.loops += 1;
    let function = if g.chance(60) {
        g.expr(&Type::function(of.clone(), result.clone()))
    } else {
        g.lambda_of(&[of], |g| {
            let body = g.expr(result);
            if g.chance(60) { g.traced(body) } else { body }
        })
    };
    g.loops -= 1;
    function
}

pub(super) fn predicate_and_list(g: &mut Generator<'_, '_>, _: &Type) -> Vec<Expr> {
    let of = g.data_type(1);
    filtered(g, &of)
}

/// A predicate, and a list of a type.
pub(super) fn filtered(g: &mut Generator<'_, '_>, of: &Type) -> Vec<Expr> {
    vec![on_elements(g, of, &Type::Bool), g.expr(&Type::list(of.clone(), 0))]
}

/// A function to lists, and a list.
pub(super) fn function_and_list(g: &mut Generator<'_, '_>, wanted: &Type) -> Vec<Expr> {
    let of = g.data_type(1);
    vec![on_elements(g, &of, wanted), g.expr(&Type::list(of, 0))]
}

pub(super) fn mapped(g: &mut Generator<'_, '_>, wanted: &Type) -> Vec<Expr> {
    let Type::List(result, at_least) = wanted else { return Vec::new() };
    let of = g.data_type(1);
    vec![on_elements(g, &of, result), g.expr(&Type::list(of, *at_least))]
}

pub(super) fn generator_and_length(g: &mut Generator<'_, '_>, wanted: &Type) -> Vec<Expr> {
    let Type::List(result, at_least) = wanted else { return Vec::new() };
    let length = u64::from(*at_least) + g.count() - 1;
    vec![on_elements(g, &Type::Int, result), Expr::Integer(length)]
}

/// A comparator that is an order, and now and then none; with effects.
pub(super) fn comparator_and_list(g: &mut Generator<'_, '_>, wanted: &Type) -> Vec<Expr> {
    let Type::List(of, at_least) = wanted else { return Vec::new() };
    let (left, right) = (g.pick(&["a", "x", "left"]), g.pick(&["b", "y", "right"]));
    let (mut one, mut other) = (Expr::variable(left), Expr::variable(right));
    let key = match &**of {
        Type::Set(fields) => fields.iter().find(|field| field.of.is_ordered()).map(|field| field.name),
        _ => None,
    };
    if let Some(key) = key {
        (one, other) = (one.select(key), other.select(key));
    }
    if g.chance(100) {
        (one, other) = (g.traced(one), g.traced(other));
    }
    let is_ordered = of.is_ordered() || key.is_some();
    let body = match g.below(8) {
        0..=5 if is_ordered => {
            let operator = g.pick(&[Operator::Less, Operator::Greater]);
            let compared = Expr::binary(operator, one, other);
            if g.chance(90) { g.traced(compared) } else { compared }
        }
        6 if is_ordered => Expr::builtin("lessThan", [one, other]),
        7 => g.traced(Expr::variable("true")),
        _ => g.traced(Expr::variable("false")),
    };
    let least = (*at_least).max(3);
    vec![Expr::lambda(left, Expr::lambda(right, body)), g.expr(&Type::List(of.clone(), least))]
}

/// A set whose attributes are all of one type.
pub(super) fn uniform_set(g: &mut Generator<'_, '_>, of: &Type) -> Expr {
    let mut fields: Vec<Field> = Vec::new();
    for _ in 0..g.below(4) {
        let name = g.field_name();
        if fields.iter().all(|field| field.name != name) {
            fields.push(Field { name, of: of.clone() });
        }
    }
    g.exact_set(&fields, false)
}

pub(super) fn pattern_function(g: &mut Generator<'_, '_>) -> Expr {
    let mut optional = Vec::new();
    if g.chance(128) {
        optional.push(Field { name: "b", of: Type::Int });
    }
    let argument = if g.chance(180) { Type::set([("a", Type::Int)]) } else { Type::Int };
    let exact = g.chance(128) && argument != Type::Int;
    if argument == Type::Int {
        optional.clear();
    }
    g.lambda(&Signature { argument, exact, optional, result: Type::Int }, false)
}

pub(super) fn groups(g: &mut Generator<'_, '_>, _: &Type) -> Vec<Expr> {
    let of = g.data_type(1);
    vec![on_elements(g, &of, &Type::Text), g.expr(&Type::list(of, 0))]
}

/// A set with the names of a type, whose values are not forced.
pub(super) fn names_of(g: &mut Generator<'_, '_>, wanted: &Type) -> Expr {
    let Type::Set(fields) = wanted else { return set(Vec::new()) };
    set(fields.iter().map(|field| Binding::new(field.name, g.unforced(&Type::Any))).collect())
}

/// `[ { name = …; value = …; } … ]`, in which the first of a name counts.
pub(super) fn pairs(g: &mut Generator<'_, '_>, wanted: &Type) -> Vec<Expr> {
    let Type::Set(fields) = wanted else { return Vec::new() };
    let mut pairs = Vec::new();
    for index in g.order(fields.len()) {
        let field = &fields[index];
        let name = if g.chance(60) { g.traced(Expr::text(field.name)) } else { Expr::text(field.name) };
        let value = g.slot(&field.of);
        pairs.push(set(vec![Binding::new("name", name), Binding::new("value", value)]));
    }
    if let Some(field) = fields.first()
        && g.chance(60)
    {
        let value = g.unforced(&Type::Any);
        pairs.push(set(vec![Binding::new("value", value), Binding::new("name", Expr::text(field.name))]));
    }
    vec![Expr::List(pairs)]
}

/// A function from name and value, and a set; one type of values must do for all.
pub(super) fn mapped_set(g: &mut Generator<'_, '_>, wanted: &Type) -> Vec<Expr> {
    let Type::Set(fields) = wanted else { return Vec::new() };
    let same = fields.first().filter(|first| fields.iter().all(|field| field.of == first.of));
    match same {
        Some(first) => {
            let (of, result) = (g.data_type(1), first.of.clone());
            let names = fields.iter().map(|field| Field { name: field.name, of: of.clone() }).collect::<Vec<_>>();
            let function = g.lambda_of(&[&Type::Text, &of], |g| g.expr(&result));
            vec![function, g.exact_set(&names, false)]
        }
        None => {
            // Each value passed on, in a probe that shows when.
            let body = g.traced(Expr::variable("value"));
            vec![Expr::lambda("name", Expr::lambda("value", body)), g.expr(wanted)]
        }
    }
}

pub(super) fn without(g: &mut Generator<'_, '_>, wanted: &Type) -> Vec<Expr> {
    let Type::Set(fields) = wanted else { return Vec::new() };
    let names: Vec<Expr> = (0..g.below(3))
        .map(|_| g.field_name())
        .filter(|name| fields.iter().all(|field| field.name != *name))
        .map(Expr::text)
        .collect();
    vec![g.expr(wanted), Expr::List(names)]
}

pub(super) fn zipped(g: &mut Generator<'_, '_>, _: &Type) -> Vec<Expr> {
    let of = g.data_type(1);
    let values = Type::list(of.clone(), 1);
    let function = match g.below(3) {
        0 => {
            let body = g.traced(Expr::variable("values"));
            Expr::lambda("name", Expr::lambda("values", body))
        }
        1 => Expr::lambda("name", Expr::lambda("values", Expr::builtin("head", [Expr::variable("values")]))),
        _ => g.lambda_of(&[&Type::Text, &values], |g| g.expr(&of)),
    };
    let count = 1 + g.below(3);
    let sets = (0..count).map(|_| uniform_set(g, &of)).collect();
    vec![function, Expr::List(sets)]
}

// Builtins that must not be called.

/// Those that are only called where nothing forces it, or only looked at: they reach out, or what they give depends on
/// the machine or the day, or on experimental features.
pub(super) const UNFORCED: [&str; 24] = [
    "abort",
    "currentSystem",
    "currentTime",
    "fetchClosure",
    "fetchGit",
    "fetchMercurial",
    "fetchTarball",
    "fetchTree",
    "fetchurl",
    "filterSource",
    "flakeRefToString",
    "getFlake",
    "import",
    "langVersion",
    "nixPath",
    "nixVersion",
    "outputOf",
    "parseFlakeRef",
    "path",
    "readDir",
    "readFile",
    "scopedImport",
    "storeDir",
    "throw",
];

/// A call of such a builtin, in a place that is never forced.
pub(super) fn unforced_call(g: &mut Generator<'_, '_>) -> Expr {
    if g.chance(40) {
        // It would be copied to the store.
        return Expr::Text(TextStyle::Quoted, vec![TextPart::Interpolation(path_literal("./a"))]);
    }
    let name = g.pick(&UNFORCED);
    let argument = g.leaf(&Type::Text);
    Expr::builtin(name, [argument])
}

/// A Boolean about a builtin.
pub(super) fn about_a_builtin(g: &mut Generator<'_, '_>) -> Expr {
    let names: Vec<_> = nix_evaluator::builtins::names().collect();
    let name = if g.chance(100) { g.pick(&UNFORCED) } else { names[g.below(names.len())].attribute };
    let builtins = || Expr::variable("builtins");
    let imported = |function: Expr| Expr::builtin("isFunction", [function]);
    match g.below(10) {
        0 => Expr::HasAttribute { subject: Node::new(builtins()), path: vec![AttrName::Plain(name.to_owned())] },
        1 => Expr::builtin("hasAttr", [Expr::text(name), builtins()]),
        2 => {
            let path = vec![AttrName::Plain(name.to_owned())];
            let default = Some(Node::new(g.leaf(&Type::Bool)));
            Expr::builtin("isFunction", [Expr::Select { subject: Node::new(builtins()), path, default }])
        }
        3 if nix_evaluator::builtins::names().any(|it| it.attribute == name && it.feature.is_none())
            && is_identifier(name) =>
        {
            let inherit = Inherited { from: Some(Node::new(builtins())), names: vec![name.to_owned()] };
            Expr::bind(vec![Binding::Inherit(inherit)], Expr::builtin("isFunction", [Expr::variable(name)]))
        }
        4 => imported(Expr::builtin("import", [Expr::SearchPath("nix/fetchurl.nix".to_owned())])),
        5 => imported(Expr::builtin(
            "scopedImport",
            [set(vec![Binding::new("a", Expr::Integer(1))]), Expr::SearchPath("nix/fetchurl.nix".to_owned())],
        )),
        6 => {
            let time = builtins().select(g.pick(&["currentTime", "langVersion"]));
            Expr::Unary(UnaryOperator::Not, Node::new(Expr::binary(Operator::Less, time, Expr::Integer(0))))
        }
        7 => Expr::binary(Operator::Equal, Expr::variable("__curPos"), Expr::variable("null")),
        8 => {
            // `or` is a name where it is an argument.
            let value = g.expr(&Type::Bool);
            let call = Expr::lambda("x", Expr::variable("x")).apply(Expr::variable("or"));
            Expr::bind(vec![Binding::new("or", value)], call)
        }
        _ => Expr::builtin("isAttrs", [Expr::builtin("readDir", [path_literal("/.")])]),
    }
}
