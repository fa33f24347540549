//! Traces, which make the order of forcing visible, and expressions that throw or never give a value.

use super::{Generator, scope::Use, swarm::Feature, types::Type};
use crate::program::{BinaryOperator as Operator, Binding, Expr, Node};

impl Generator<'_, '_> {
    /// The expression, now and then in a probe.
    pub(super) fn probed(&mut self, expr: Expr) -> Expr {
        let often = [0, 16, 30, 56, 56][self.swarm.factor(Feature::Probe) as usize];
        if often > 0 && self.chance(often) { self.traced(expr) } else { expr }
    }

    /// The expression in a probe of its own number.
    pub(super) fn traced(&mut self, expr: Expr) -> Expr {
        self.probes += 1;
        let label = Expr::text(format!("p{}", self.probes));
        if self.swarm.has(Feature::Log) {
            match self.below(24) {
                20 => return Expr::builtin("addErrorContext", [label, expr]),
                21 => return Expr::builtin("warn", [label, expr]),
                22 => return Expr::builtin("traceVerbose", [label, expr]),
                23 => {
                    // What is shown need not be a string.
                    let of = self.printed_type(1);
                    let shown = self.leaf(&of);
                    return Expr::builtin("trace", [shown, expr]);
                }
                _ => {}
            }
        }
        Expr::builtin("trace", [label, expr])
    }

    /// Something that `tryEval` catches.
    pub(super) fn throw(&mut self) -> Expr {
        let start = self.below(16);
        if self.chance(60)
            && let Some(found) = self.scope.find(start, Use::Throws, |_| true)
        {
            return Expr::variable(found.name);
        }
        let thrown = match self.below(6) {
            0 => Expr::Assert { condition: Node::new(Expr::variable("false")), body: Node::new(self.expr(&Type::Int)) },
            1 => {
                let condition = self.comparison_that_fails();
                Expr::Assert { condition: Node::new(condition), body: Node::new(self.leaf(&Type::Int)) }
            }
            2 => Expr::SearchPath("nowhere".to_owned()),
            3 => {
                let message = self.expr(&Type::Text);
                Expr::builtin("throw", [message])
            }
            4 if self.scope.binds("throw") => Expr::builtin("throw", [Expr::text("t")]),
            4 => Expr::variable("throw").apply(Expr::text("t")),
            _ => {
                let body = Expr::builtin("throw", [Expr::text("t")]);
                Expr::bind(vec![Binding::new("a", body)], Expr::variable("a"))
            }
        };
        if self.chance(110) { self.traced(thrown) } else { thrown }
    }

    fn comparison_that_fails(&mut self) -> Expr {
        let number = self.below(9) as u64;
        Expr::binary(Operator::Equal, Expr::Integer(number), Expr::Integer(number + 1))
    }

    /// Something that fails, mostly for good.
    pub(super) fn failure(&mut self) -> Expr {
        let start = self.below(16);
        if self.chance(40)
            && let Some(found) = self.scope.find(start, Use::Fails, |_| true)
        {
            return Expr::variable(found.name);
        }
        let text = |text: &str| Expr::text(text);
        let empty = || Expr::Attrset { recursive: false, bindings: Vec::new() };
        match self.below(22) {
            0..=2 => self.throw(),
            3 => Expr::builtin("abort", [text("aborted")]),
            4 => Expr::binary(Operator::Add, Expr::Integer(1), self.expr(&Type::Text)),
            5 => Expr::binary(Operator::Add, self.expr(&Type::Text), Expr::Integer(1)),
            6 => self.expr(&Type::set([("a", Type::Int)])).select("missing"),
            7 => Expr::binary(Operator::Divide, self.expr(&Type::Int), Expr::Integer(0)),
            8 => Expr::binary(Operator::Add, Expr::Integer(i64::MAX as u64), Expr::Integer(1)),
            9 => Expr::binary(Operator::Multiply, Expr::Integer(i64::MAX as u64), Expr::Integer(2)),
            10 => self.expr(&Type::Int).apply(Expr::Integer(1)),
            11 => {
                // Forced, it needs itself.
                let name = self.fresh_name();
                let value = match self.below(3) {
                    0 => Expr::variable(name),
                    1 => Expr::binary(Operator::Add, Expr::Integer(1), Expr::variable(name)),
                    _ => empty_update(Expr::variable(name)),
                };
                Expr::bind(vec![Binding::new(name, value)], Expr::variable(name))
            }
            12 => Expr::builtin("head", [Expr::List(Vec::new())]),
            13 => Expr::builtin("elemAt", [self.expr(&Type::list(Type::Int, 0)), Expr::Integer(99)]),
            14 => Expr::If {
                condition: Node::new(self.expr(&Type::Int)),
                consequence: Node::new(Expr::Integer(1)),
                alternative: Node::new(Expr::Integer(2)),
            },
            15 => {
                let function = self.lambda_of(&[&Type::Any], |generator| generator.leaf(&Type::Int));
                Expr::binary(Operator::Less, function, Expr::Integer(1))
            }
            16 => Expr::binary(Operator::Concatenate, self.expr(&Type::list(Type::Int, 0)), Expr::Integer(1)),
            17 => {
                let set = self.expr(&Type::set([("extra", Type::Int)]));
                Expr::Lambda(crate::program::Lambda {
                    parameter: crate::program::Parameter::Pattern(crate::program::Pattern {
                        formals: vec![crate::program::Formal { name: "a".to_owned(), default: None }],
                        ellipsis: false,
                        at: None,
                    }),
                    body: Node::new(Expr::variable("a")),
                })
                .apply(set)
            }
            18 => Expr::builtin("readFile", [Expr::text("/nowhere/a")]),
            19 => Expr::builtin("genericClosure", [empty()]),
            20 => Expr::builtin("toJSON", [Expr::lambda("x", Expr::variable("x"))]),
            _ => Expr::With { namespace: Node::new(self.expr(&Type::Int)), body: Node::new(Expr::variable("unbound")) },
        }
    }

    /// An expression in a place that is never forced: it may fail.
    pub(super) fn unforced(&mut self, wanted: &Type) -> Expr {
        if !self.swarm.has(Feature::Unforced) || self.chance(60) {
            return self.leaf(wanted);
        }
        let start = self.below(16);
        match self.below(8) {
            0 | 1 => self.throw(),
            2 => self.failure(),
            3 => match self.scope.find(start, Use::Fails, |_| true) {
                Some(found) => Expr::variable(found.name),
                None => self.failure(),
            },
            4 => match self.scope.find(start, Use::Hold, |_| true) {
                Some(found) => Expr::variable(found.name),
                None => self.leaf(wanted),
            },
            5 => super::builtin_arguments::unforced_call(self),
            _ => {
                let leaf = self.leaf(wanted);
                self.traced(leaf)
            }
        }
    }
}

fn empty_update(of: Expr) -> Expr {
    Expr::binary(Operator::Update, of, Expr::Attrset { recursive: false, bindings: Vec::new() })
}
