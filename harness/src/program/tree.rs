//! The surface syntax of Nix as a tree: one variant for each form that a person can write.
//!
//! Programs share what they have in common: the reducer and the mutators make many programs that differ in one place
//! each. So subexpressions are counted references ([`Node`]), and a change copies only the nodes on the way to its place.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// An integer literal; what is negative is written as a negation.
    Integer(u64),
    /// A floating-point literal, in its own spelling.
    Float(String),
    /// A string.
    Text(TextStyle, Vec<TextPart>),
    /// A path that is not on the search path. Its first part is literal text that begins the path.
    Path(Vec<TextPart>),
    /// `<nixpkgs/lib>`, without the brackets.
    SearchPath(String),
    /// A URI without quotes.
    Uri(String),
    /// A variable.
    Variable(String),
    /// A list.
    List(Vec<Expr>),
    /// A set.
    Attrset {
        /// Whether it is `rec`.
        recursive: bool,
        /// What is in it.
        bindings: Vec<Binding>,
    },
    /// `let { …; body = …; }`, the old form.
    LetBody(Vec<Binding>),
    /// `let … in body`.
    Let {
        /// What is bound.
        bindings: Vec<Binding>,
        /// Where it is seen.
        body: Node,
    },
    /// `with namespace; body`.
    With {
        /// The set whose attributes are seen.
        namespace: Node,
        /// Where they are.
        body: Node,
    },
    /// `assert condition; body`.
    Assert {
        /// What must be true.
        condition: Node,
        /// What is then evaluated.
        body: Node,
    },
    /// `if condition then consequence else alternative`.
    If {
        /// What decides.
        condition: Node,
        /// Where it is true.
        consequence: Node,
        /// Where it is false.
        alternative: Node,
    },
    /// A function.
    Lambda(Lambda),
    /// A call with one argument; several arguments are calls of calls.
    Apply(Node, Node),
    /// `subject.path or default`.
    Select {
        /// What is selected from.
        subject: Node,
        /// Names, at least one.
        path: Vec<AttrName>,
        /// What is given where a name is missing.
        default: Option<Node>,
    },
    /// `subject ? path`.
    HasAttribute {
        /// What is looked into.
        subject: Node,
        /// Names, at least one.
        path: Vec<AttrName>,
    },
    /// `!operand` or `-operand`.
    Unary(UnaryOperator, Node),
    /// An operator between two operands.
    Binary(BinaryOperator, Node, Node),
}

/// A subexpression, which programs may share. To copy it costs next to nothing; a change copies the expression itself,
/// but not what is in it, if another program has it too.
#[derive(Clone, Debug, PartialEq)]
pub struct Node(Arc<Expr>);

impl Node {
    /// A node of its own.
    pub fn new(expr: Expr) -> Node {
        Node(Arc::new(expr))
    }
}

impl From<Expr> for Node {
    fn from(expr: Expr) -> Node {
        Node::new(expr)
    }
}

impl Deref for Node {
    type Target = Expr;

    fn deref(&self) -> &Expr {
        &self.0
    }
}

impl DerefMut for Node {
    fn deref_mut(&mut self) -> &mut Expr {
        Arc::make_mut(&mut self.0)
    }
}

/// How a string is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextStyle {
    /// Between double quotes.
    Quoted,
    /// Between pairs of single quotes. The parts hold what is *written* between the marks, before indentation is
    /// taken off and with escapes resolved; what is escaped can be a part of its own, and no escape stands for a space
    /// or an end of line.
    Indented,
}

/// A part of a string or a path.
#[derive(Clone, Debug, PartialEq)]
pub enum TextPart {
    /// Text, with escapes resolved.
    Literal(String),
    /// `${…}`.
    Interpolation(Expr),
}

/// A function.
#[derive(Clone, Debug, PartialEq)]
pub struct Lambda {
    /// What it takes.
    pub parameter: Parameter,
    /// What it gives.
    pub body: Node,
}

/// What a function takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Parameter {
    /// A name for the argument.
    Name(String),
    /// A set pattern.
    Pattern(Pattern),
}

/// A set pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// The names it takes, in order.
    pub formals: Vec<Formal>,
    /// Whether other names are allowed.
    pub ellipsis: bool,
    /// A name for the whole argument, and whether it is written behind the pattern.
    pub at: Option<(String, bool)>,
}

/// A name in a set pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct Formal {
    /// The name.
    pub name: String,
    /// What it is where the argument has no such attribute.
    pub default: Option<Expr>,
}

/// A binding of a set or of `let`.
#[derive(Clone, Debug, PartialEq)]
pub enum Binding {
    /// `path = value;`.
    Value {
        /// Names, at least one.
        path: Vec<AttrName>,
        /// The value.
        value: Node,
    },
    /// `inherit names;` or `inherit (from) names;`.
    Inherit(Inherited),
}

/// What `inherit` brings.
#[derive(Clone, Debug, PartialEq)]
pub struct Inherited {
    /// The set that the names are taken from, or `None` for the scope around.
    pub from: Option<Node>,
    /// The names.
    pub names: Vec<String>,
}

/// A name in an attribute path.
#[derive(Clone, Debug, PartialEq)]
pub enum AttrName {
    /// A name, written with quotes where it is no identifier.
    Plain(String),
    /// `"…${…}…"`.
    Text(Vec<TextPart>),
    /// `${…}`.
    Computed(Expr),
}

/// An operator with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOperator {
    /// `!`
    Not,
    /// `-`
    Negate,
}

/// An operator with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the operators'")]
pub enum BinaryOperator {
    Implies,
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Update,
    Add,
    Subtract,
    Multiply,
    Divide,
    Concatenate,
    /// `|>`, behind an experimental feature.
    PipeInto,
    /// `<|`, behind an experimental feature.
    PipeFrom,
}

impl BinaryOperator {
    /// Those that need no experimental feature.
    pub const PLAIN: [BinaryOperator; 15] = [
        BinaryOperator::Implies,
        BinaryOperator::Or,
        BinaryOperator::And,
        BinaryOperator::Equal,
        BinaryOperator::NotEqual,
        BinaryOperator::Less,
        BinaryOperator::LessOrEqual,
        BinaryOperator::Greater,
        BinaryOperator::GreaterOrEqual,
        BinaryOperator::Update,
        BinaryOperator::Add,
        BinaryOperator::Subtract,
        BinaryOperator::Multiply,
        BinaryOperator::Divide,
        BinaryOperator::Concatenate,
    ];

    /// How it is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            BinaryOperator::Implies => "->",
            BinaryOperator::Or => "||",
            BinaryOperator::And => "&&",
            BinaryOperator::Equal => "==",
            BinaryOperator::NotEqual => "!=",
            BinaryOperator::Less => "<",
            BinaryOperator::LessOrEqual => "<=",
            BinaryOperator::Greater => ">",
            BinaryOperator::GreaterOrEqual => ">=",
            BinaryOperator::Update => "//",
            BinaryOperator::Add => "+",
            BinaryOperator::Subtract => "-",
            BinaryOperator::Multiply => "*",
            BinaryOperator::Divide => "/",
            BinaryOperator::Concatenate => "++",
            BinaryOperator::PipeInto => "|>",
            BinaryOperator::PipeFrom => "<|",
        }
    }
}

impl Expr {
    /// A variable.
    pub fn variable(name: impl Into<String>) -> Expr {
        Expr::Variable(name.into())
    }

    /// A string of literal text between double quotes.
    pub fn text(text: impl Into<String>) -> Expr {
        let text = text.into();
        let parts = if text.is_empty() { Vec::new() } else { vec![TextPart::Literal(text)] };
        Expr::Text(TextStyle::Quoted, parts)
    }

    /// An integer; a negative one is a negation of a literal. The smallest integer, which has no literal, is written
    /// as a subtraction.
    pub fn integer(value: i64) -> Expr {
        match u64::try_from(value) {
            Ok(value) => Expr::Integer(value),
            Err(_) if value == i64::MIN => {
                let largest = Expr::Unary(UnaryOperator::Negate, Node::new(Expr::Integer(i64::MAX as u64)));
                Expr::Binary(BinaryOperator::Subtract, Node::new(largest), Node::new(Expr::Integer(1)))
            }
            Err(_) => Expr::Unary(UnaryOperator::Negate, Node::new(Expr::Integer(value.unsigned_abs()))),
        }
    }

    /// A call.
    pub fn apply(self, argument: Expr) -> Expr {
        Expr::Apply(Node::new(self), Node::new(argument))
    }

    /// A call of a builtin by its name in `builtins`.
    pub fn builtin(name: &str, arguments: impl IntoIterator<Item = Expr>) -> Expr {
        let function = Expr::variable("builtins").select(name);
        arguments.into_iter().fold(function, Expr::apply)
    }

    /// A selection of one name.
    pub fn select(self, name: impl Into<String>) -> Expr {
        Expr::Select { subject: Node::new(self), path: vec![AttrName::Plain(name.into())], default: None }
    }

    /// A function of one named argument.
    pub fn lambda(parameter: impl Into<String>, body: Expr) -> Expr {
        Expr::Lambda(Lambda { parameter: Parameter::Name(parameter.into()), body: Node::new(body) })
    }

    /// An operator between two operands.
    pub fn binary(operator: BinaryOperator, left: Expr, right: Expr) -> Expr {
        Expr::Binary(operator, Node::new(left), Node::new(right))
    }

    /// `let … in body`.
    pub fn bind(bindings: Vec<Binding>, body: Expr) -> Expr {
        Expr::Let { bindings, body: Node::new(body) }
    }
}

impl Binding {
    /// `name = value;`.
    pub fn new(name: impl Into<String>, value: Expr) -> Binding {
        Binding::Value { path: vec![AttrName::Plain(name.into())], value: Node::new(value) }
    }
}
