//! Literals, operators and the plain forms of the language, and the small expressions at which nesting ends.

use super::{
    Generator,
    scope::{NAMES, Use},
    swarm::Feature,
    table::{ALL, BOOL, FLOAT, INT, LIST, NULL, PATH, Production, SET, TEXT},
    types::{Field, Kind, Type},
};
use crate::program::{
    AttrName, BinaryOperator as Operator, Expr, Node, TextPart, TextStyle, UnaryOperator, source::is_identifier,
};

const fn core(kinds: u16, weight: u16, make: fn(&mut Generator<'_, '_>, &Type) -> Option<Expr>) -> Production {
    Production { kinds, feature: Feature::Core, weight, needs: 0, may: |_, _| true, make }
}

const fn of(
    feature: Feature,
    kinds: u16,
    weight: u16,
    needs: u8,
    make: fn(&mut Generator<'_, '_>, &Type) -> Option<Expr>,
) -> Production {
    Production { kinds, feature, weight, needs, may: |_, _| true, make }
}

pub(super) const PRODUCTIONS: &[Production] = &[
    core(INT | TEXT | BOOL | FLOAT | NULL | PATH, 4, |g, wanted| Some(g.leaf(wanted))),
    core(ALL, 24, |g, wanted| g.variable(wanted)),
    core(ALL, 10, |g, wanted| g.projection(wanted)),
    core(INT, 10, |g, _| Some(g.arithmetic(&Type::Int))),
    of(Feature::Float, FLOAT, 12, 1, |g, _| Some(g.arithmetic(&Type::Float))),
    core(BOOL, 6, |g, _| Some(g.logic())),
    of(Feature::Comparison, BOOL, 10, 1, |g, _| Some(g.comparison())),
    core(BOOL, 3, |g, _| Some(g.has_attribute())),
    core(TEXT, 10, |g, _| Some(g.interpolated(TextStyle::Quoted))),
    of(Feature::Indented, TEXT, 4, 1, |g, _| Some(g.interpolated(TextStyle::Indented))),
    core(TEXT, 6, |g, _| Some(Expr::binary(Operator::Add, g.expr(&Type::Text), g.expr(&Type::Text)))),
    of(Feature::Path, PATH, 4, 1, |g, _| Some(Expr::binary(Operator::Add, g.leaf(&Type::Path), Expr::text("/sub")))),
    core(LIST, 14, |g, wanted| Some(g.list_literal(wanted))),
    core(LIST, 6, |g, wanted| Some(g.concatenation(wanted))),
    core(SET, 12, |g, wanted| Some(g.set_literal(wanted))),
    of(Feature::Update, SET, 10, 1, |g, wanted| Some(g.update(wanted))),
    core(ALL, 6, |g, wanted| Some(g.condition(wanted))),
    of(Feature::Assert, ALL, 3, 1, |g, wanted| {
        Some(Expr::Assert { condition: Node::new(g.truth()), body: Node::new(g.expr(wanted)) })
    }),
    core(ALL, 6, |g, wanted| Some(g.selection(wanted))),
    core(ALL, 4, |g, wanted| Some(g.selection_with_default(wanted))),
];

impl Generator<'_, '_> {
    /// A variable of a type.
    pub(super) fn variable(&mut self, wanted: &Type) -> Option<Expr> {
        let start = self.below(16);
        self.scope.find(start, Use::Free, |of| of.fits(wanted)).map(|found| Expr::variable(found.name))
    }

    /// An attribute of a variable.
    fn projection(&mut self, wanted: &Type) -> Option<Expr> {
        let fits = |fields: &[Field]| fields.iter().position(|field| field.of.fits(wanted) && *wanted != Type::Any);
        let start = self.below(16);
        let found = self.scope.find(start, Use::Free, |of| match of {
            Type::Set(fields) => fits(fields).is_some(),
            _ => false,
        })?;
        let Type::Set(fields) = &found.of else { return None };
        let (subject, field) = (found.name, fields[fits(fields)?].name);
        let path = vec![self.attribute(field)];
        let default = if self.chance(24) { Some(Node::new(self.unforced(wanted))) } else { None };
        Some(Expr::Select { subject: Node::new(Expr::variable(subject)), path, default })
    }

    /// A way to write an attribute's name.
    pub(super) fn attribute(&mut self, name: &str) -> AttrName {
        if !self.swarm.has(Feature::ComputedName) || !self.chance(20) {
            return AttrName::Plain(name.to_owned());
        }
        match self.below(5) {
            0 => AttrName::Computed(Expr::text(name)),
            1 => AttrName::Text(vec![TextPart::Interpolation(Expr::text(name))]),
            2 if !name.is_empty() && name.is_ascii() => AttrName::Text(vec![
                TextPart::Literal(name[..1].to_owned()),
                TextPart::Interpolation(Expr::text(&name[1..])),
            ]),
            3 => AttrName::Computed(Expr::binary(Operator::Add, Expr::text(""), Expr::text(name))),
            _ => {
                let name = self.traced(Expr::text(name));
                AttrName::Computed(name)
            }
        }
    }

    /// Something small of a type that is quickly evaluated: a literal, or a variable.
    pub(super) fn leaf(&mut self, wanted: &Type) -> Expr {
        if self.chance(110)
            && let Some(variable) = self.variable(wanted)
        {
            return variable;
        }
        match wanted {
            Type::Int => self.integer(),
            Type::Float => self.float(),
            Type::Bool => Expr::variable(if self.chance(128) { "true" } else { "false" }),
            Type::Text => self.literal_text(),
            Type::Path => self.path(),
            Type::Null => Expr::variable("null"),
            Type::List(of, at_least) => {
                let more = self.below(2);
                let count = usize::from(*at_least) + more;
                Expr::List((0..count).map(|_| self.leaf(of)).collect())
            }
            Type::Set(fields) => self.exact_set(fields, true),
            Type::Function(signature) => self.lambda(signature, true),
            Type::Any => self.held(),
        }
    }

    /// Something that is only held: also what cannot be forced yet.
    pub(super) fn held(&mut self) -> Expr {
        let start = self.below(16);
        if self.chance(60)
            && let Some(found) = self.scope.find(start, Use::Hold, |_| true)
        {
            return Expr::variable(found.name);
        }
        let wanted = self.pick(&[Type::Int, Type::Text, Type::Null, Type::Bool].each_ref()).clone();
        self.leaf(&wanted)
    }

    /// The value of an attribute or an element, which nothing forces before it is asked for.
    pub(super) fn slot(&mut self, of: &Type) -> Expr {
        if *of == Type::Any && self.chance(90) { self.held() } else { self.expr(of) }
    }

    pub(super) fn integer(&mut self) -> Expr {
        match self.below(24) {
            0..=17 => Expr::Integer(self.below(10) as u64),
            18..=20 => Expr::Integer(self.below(1000) as u64),
            21 | 22 => Expr::integer(-1 - self.below(9) as i64),
            _ => match self.below(4) {
                0 => Expr::Integer(i64::MAX as u64),
                1 => Expr::integer(i64::MIN),
                2 => Expr::Integer(1 << 53),
                _ => Expr::Integer(u64::from(u32::MAX) + 1),
            },
        }
    }

    fn float(&mut self) -> Expr {
        let text = ["0.5", "1.0", "2.25", "-1.5", "1.0e3", "1.5e-3", ".5", "3.", "0.1", "123456.789", "1.e300", "-0.0"];
        let text = self.pick(&text);
        match text.strip_prefix('-') {
            Some(rest) => Expr::Unary(UnaryOperator::Negate, Node::new(Expr::Float(rest.to_owned()))),
            None => Expr::Float(text.to_owned()),
        }
    }

    fn literal_text(&mut self) -> Expr {
        if self.chance(40) {
            let odd = ["", " ", "a b", "\"", "\\", "$", "${", "''", "\n", "\t\r", "é", "a\nb", "1.2.3", "/a/b", "$$"];
            return Expr::text(self.pick(&odd));
        }
        if self.chance(4) {
            return Expr::Uri("https://example.org/a".to_owned());
        }
        Expr::text(self.pick(&NAMES))
    }

    /// A path. Most name nothing; those that depend on the folder are not shown.
    fn path(&mut self) -> Expr {
        let literal = |text: &str| Expr::Path(vec![TextPart::Literal(text.to_owned())]);
        match self.below(8) {
            0 => Expr::Path(vec![
                TextPart::Literal("/nowhere/".to_owned()),
                TextPart::Interpolation(Expr::text(self.pick(&NAMES))),
            ]),
            1 => Expr::SearchPath("nix/fetchurl.nix".to_owned()),
            2 => literal("~/a"),
            3 => literal("/dev/null"),
            _ => {
                let name = self.pick(&["/nowhere", "/nowhere/a", "/nowhere/a/b.nix", "/", "/nowhere/../b"]);
                // A lone slash is no path.
                literal(if name == "/" { "/." } else { name })
            }
        }
    }

    fn arithmetic(&mut self, of: &Type) -> Expr {
        let other = if *of == Type::Float && self.chance(80) { Type::Int } else { of.clone() };
        let (left, right) = if self.chance(128) { (of.clone(), other) } else { (other, of.clone()) };
        match self.below(12) {
            0..=4 => Expr::binary(Operator::Add, self.expr(&left), self.expr(&right)),
            5..=7 => Expr::binary(Operator::Subtract, self.expr(&left), self.expr(&right)),
            8 => Expr::binary(Operator::Multiply, self.leaf(&left), self.expr(&right)),
            9 => {
                let divisor = match of {
                    Type::Float => Expr::Float("2.0".to_owned()),
                    _ => Expr::integer(self.pick(&[1, 2, 3, 7, -1, -2])),
                };
                Expr::binary(Operator::Divide, self.expr(of), divisor)
            }
            _ => Expr::Unary(UnaryOperator::Negate, Node::new(self.expr(of))),
        }
    }

    fn logic(&mut self) -> Expr {
        match self.below(9) {
            0 | 1 => Expr::Unary(UnaryOperator::Not, Node::new(self.expr(&Type::Bool))),
            2 => Expr::binary(Operator::Or, Expr::variable("true"), self.unforced(&Type::Bool)),
            3 => Expr::binary(Operator::And, Expr::variable("false"), self.unforced(&Type::Bool)),
            4 => Expr::binary(Operator::Implies, Expr::variable("false"), self.unforced(&Type::Bool)),
            _ => {
                let operator = self.pick(&[Operator::And, Operator::Or, Operator::Implies]);
                Expr::binary(operator, self.expr(&Type::Bool), self.expr(&Type::Bool))
            }
        }
    }

    fn comparison(&mut self) -> Expr {
        let equality = self.chance(140);
        let of = if equality { self.data_type(2) } else { self.ordered_type() };
        let operator = if equality {
            self.pick(&[Operator::Equal, Operator::NotEqual])
        } else {
            self.pick(&[Operator::Less, Operator::LessOrEqual, Operator::Greater, Operator::GreaterOrEqual])
        };
        let left = self.expr(&of);
        // What is the same has to be tried too, and what is of another type.
        let right = match self.below(8) {
            0 => left.clone(),
            1 if equality => {
                let of = self.data_type(1);
                self.expr(&of)
            }
            _ => self.expr(&of),
        };
        Expr::binary(operator, left, right)
    }

    fn has_attribute(&mut self) -> Expr {
        let field = self.pick(&NAMES);
        let subject = match self.below(6) {
            0 => self.leaf(&Type::Int),
            1 => Expr::variable("null"),
            2 | 3 => {
                let of = self.set_type(1);
                self.expr(&of)
            }
            _ => self.expr(&Type::set([(field, Type::Any)])),
        };
        let mut path = vec![self.attribute(field)];
        if self.chance(70) {
            let next = self.pick(&NAMES);
            path.push(self.attribute(next));
        }
        Expr::HasAttribute { subject: Node::new(subject), path }
    }

    /// A string with something in it.
    fn interpolated(&mut self, style: TextStyle) -> Expr {
        let count = 1 + self.below(3);
        let mut parts = Vec::new();
        let indented = style == TextStyle::Indented;
        let newline = if self.several_lines { "\n" } else { " " };
        for _ in 0..count {
            if indented && self.chance(128) {
                let text = self.pick(&["  a", "    b", "", "''", "$", "${", "\t", "  "]);
                parts.push(TextPart::Literal(format!("{newline}{text}")));
            } else if self.chance(128) {
                parts.push(TextPart::Literal(self.pick(&["-", "a ", "=", "$", " \\ "]).to_owned()));
            }
            let inside = if self.swarm.has(Feature::Functor) && self.chance(20) {
                self.converts_itself()
            } else {
                self.expr(&Type::Text)
            };
            parts.push(TextPart::Interpolation(inside));
        }
        // Two pieces of literal text that touch would be one when read again.
        parts.dedup_by(|second, first| match (first, second) {
            (TextPart::Literal(first), TextPart::Literal(second)) => {
                first.push_str(second);
                true
            }
            _ => false,
        });
        Expr::Text(style, parts)
    }

    pub(super) fn list_literal(&mut self, wanted: &Type) -> Expr {
        let Type::List(of, at_least) = wanted else { unreachable!("a list is wanted") };
        let count = usize::from(*at_least) + self.below(4);
        Expr::List((0..count).map(|_| self.slot(of)).collect())
    }

    fn concatenation(&mut self, wanted: &Type) -> Expr {
        let Type::List(of, _) = wanted else { unreachable!("a list is wanted") };
        let rest = Type::List(of.clone(), 0);
        let (left, right) = if self.chance(128) { (wanted, &rest) } else { (&rest, wanted) };
        Expr::binary(Operator::Concatenate, self.expr(left), self.expr(right))
    }

    /// `a // b`, in which each wanted attribute is on one side, or on both.
    fn update(&mut self, wanted: &Type) -> Expr {
        let Type::Set(fields) = wanted else { unreachable!("a set is wanted") };
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for field in fields.iter() {
            match self.below(4) {
                0 => left.push(field.clone()),
                1 | 2 => right.push(field.clone()),
                _ => {
                    left.push(Field { name: field.name, of: Type::Any });
                    right.push(field.clone());
                }
            }
        }
        // What the left set has beyond what is wanted does no harm; on the right, it might cover something.
        let right = self.exact_set(&right, false);
        let left = self.expr(&Type::Set(left.into()));
        Expr::binary(Operator::Update, left, right)
    }

    /// A Boolean that is surely true.
    pub(super) fn truth(&mut self) -> Expr {
        match self.below(4) {
            0 => Expr::variable("true"),
            1 => {
                let number = self.below(9) as u64;
                let (small, large) = (Expr::Integer(number), self.traced(Expr::Integer(number + 1)));
                Expr::binary(Operator::Less, small, large)
            }
            2 => Expr::binary(Operator::Or, self.expr(&Type::Bool), Expr::variable("true")),
            _ => Expr::builtin("isString", [self.expr(&Type::Text)]),
        }
    }

    fn condition(&mut self, wanted: &Type) -> Expr {
        if self.swarm.has(Feature::Unforced) && self.chance(70) {
            let condition = self.truth();
            let (consequence, alternative) = (self.expr(wanted), self.unforced(wanted));
            return Expr::If {
                condition: Node::new(condition),
                consequence: Node::new(consequence),
                alternative: Node::new(alternative),
            };
        }
        Expr::If {
            condition: Node::new(self.expr(&Type::Bool)),
            consequence: Node::new(self.expr(wanted)),
            alternative: Node::new(self.expr(wanted)),
        }
    }

    /// A selection from a set made for it, with others in it that are not forced.
    fn selection(&mut self, wanted: &Type) -> Expr {
        let field = self.field_name();
        if self.chance(128) {
            let subject = self.expr(&Type::set([(field, wanted.clone())]));
            return Expr::Select { subject: Node::new(subject), path: vec![self.attribute(field)], default: None };
        }
        let subject = self.sealed_set(field, wanted);
        if self.chance(30) {
            return Expr::builtin("getAttr", [Expr::text(field), subject]);
        }
        Expr::Select { subject: Node::new(subject), path: vec![self.attribute(field)], default: None }
    }

    /// `set.path or default`, of which either may be what is given.
    fn selection_with_default(&mut self, wanted: &Type) -> Expr {
        let (outer, inner) = (self.field_name(), self.field_name());
        let mut path = vec![self.attribute(outer), self.attribute(inner)];
        let (subject, default) = match self.below(4) {
            0 => {
                let of = Type::set([(outer, Type::set([(inner, wanted.clone())]))]);
                (self.expr(&of), self.unforced(wanted))
            }
            1 => {
                path.truncate(1);
                (self.exact_set(&[], false), self.expr(wanted))
            }
            2 => {
                let field = Field { name: outer, of: Type::Int };
                (self.exact_set(&[field], false), self.expr(wanted))
            }
            _ => (self.leaf(&Type::Int), self.expr(wanted)),
        };
        Expr::Select { subject: Node::new(subject), path, default: Some(Node::new(default)) }
    }

    // Types.

    /// A type of what can be printed.
    pub(super) fn printed_type(&mut self, depth: u32) -> Type {
        match self.below(26) {
            0..=5 => Type::Int,
            6..=9 => Type::Text,
            10..=12 => Type::Bool,
            13 => Type::Null,
            14 if self.swarm.has(Feature::Float) => Type::Float,
            15 if self.swarm.has(Feature::Path) => Type::Path,
            16 if self.swarm.has(Feature::Lambda) && depth > 0 => self.function_type(),
            17..=20 if depth > 0 => Type::list(self.printed_type(depth - 1), self.below(3) as u8),
            _ if depth > 0 => self.set_type(depth - 1),
            _ => Type::Int,
        }
    }

    /// A type whose values compare as data, and convert to JSON.
    pub(super) fn data_type(&mut self, depth: u32) -> Type {
        match self.below(14) {
            0..=3 => Type::Int,
            4..=6 => Type::Text,
            7 | 8 => Type::Bool,
            9 => Type::Null,
            10 | 11 if depth > 0 => Type::list(self.data_type(depth - 1), 0),
            12 | 13 if depth > 0 => {
                let count = self.below(3);
                let fields: Vec<_> = (0..count).map(|_| (self.field_name(), self.data_type(depth - 1))).collect();
                distinct(fields)
            }
            _ => Type::Int,
        }
    }

    pub(super) fn ordered_type(&mut self) -> Type {
        match self.below(8) {
            0..=3 => Type::Int,
            4 | 5 => Type::Text,
            6 if self.swarm.has(Feature::Float) => Type::Float,
            _ => Type::list(Type::Int, 0),
        }
    }

    /// The type of a set.
    pub(super) fn set_type(&mut self, depth: u32) -> Type {
        let count = self.below(4);
        let fields: Vec<_> = (0..count).map(|_| (self.field_name(), self.field_type(depth))).collect();
        distinct(fields)
    }

    fn field_type(&mut self, depth: u32) -> Type {
        if self.chance(70) { Type::Any } else { self.printed_type(depth) }
    }

    fn function_type(&mut self) -> Type {
        let (argument, result) = (self.data_type(1), self.data_type(1));
        Type::function(argument, result)
    }

    /// A name for an attribute.
    pub(super) fn field_name(&mut self) -> &'static str {
        if self.chance(6) { self.pick(&super::scope::ODD_NAMES) } else { self.pick(&NAMES) }
    }

    /// A name for a variable, by preference one that is free here.
    pub(super) fn fresh_name(&mut self) -> &'static str {
        if self.swarm.has(Feature::Shadow) && self.chance(24) {
            return match self.below(8) {
                0 => self.pick(&super::scope::GLOBAL_NAMES),
                _ => self.pick(&NAMES),
            };
        }
        let start = self.below(NAMES.len());
        let unused = (start..start + NAMES.len()).map(|index| NAMES[index % NAMES.len()]);
        let found = unused.clone().find(|name| !self.scope.knows(name));
        found.unwrap_or(NAMES[start])
    }
}

/// A set type in which no name is twice.
fn distinct(mut fields: Vec<(&'static str, Type)>) -> Type {
    fields.sort_by_key(|(name, _)| *name);
    fields.dedup_by_key(|(name, _)| *name);
    Type::set(fields)
}

/// Whether `with` or a recursive set can bring this attribute into scope as a variable.
pub(super) fn is_variable(field: &Field) -> bool {
    is_identifier(field.name) && field.of.kind() != Kind::Any
}
