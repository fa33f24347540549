//! Batteries: lists of small calls, each of which shows an order of forcing, or how often something is evaluated. Every
//! argument, operand and predicate in them has a probe, and each builtin is as likely as any other. Elsewhere a probe
//! rarely stands at both arguments of a rare builtin.

use super::{Generator, builtins, swarm::Feature, types::Type};
use crate::program::{BinaryOperator as Operator, Binding, Expr, Node};

/// Of 256 programs that may be batteries, how many are.
const SHARE: u8 = 40;

/// Builtins that call a function for each element of a list, and whether they want a Boolean of it.
const FOR_EACH: [(&str, bool); 6] =
    [("any", true), ("all", true), ("filter", true), ("partition", true), ("map", false), ("groupBy", false)];

impl Generator<'_, '_> {
    /// A battery, now and then.
    pub(super) fn battery(&mut self) -> Option<Expr> {
        if !self.swarm.has(Feature::Battery) || !self.chance(SHARE) {
            return None;
        }
        let count = 2 + self.below(7);
        self.fuel = self.fuel.min(10);
        Some(Expr::List((0..count).map(|_| self.shown_call()).collect()))
    }

    fn shown_call(&mut self) -> Expr {
        match self.below(16) {
            0..=6 => self.probed_builtin(),
            7 | 8 => self.probed_operator(),
            9 | 10 => self.probed_predicate(),
            11 => self.forced_by_name(),
            12 => self.shared_application(),
            13 => self.called_with_more(),
            14 => self.nested_with(),
            _ => self.caught_again(),
        }
    }

    /// A call of any builtin, with all its arguments probed.
    fn probed_builtin(&mut self) -> Expr {
        let (name, arguments) = builtins::any_call(self);
        let arguments: Vec<Expr> = arguments.into_iter().map(|argument| self.traced(argument)).collect();
        // What comes out may be anything; that it comes out is enough.
        Expr::builtin("typeOf", [Expr::builtin(name, arguments)])
    }

    fn probed_operator(&mut self) -> Expr {
        let operator = self.pick(&Operator::PLAIN);
        let of = match operator {
            Operator::And | Operator::Or | Operator::Implies => Type::Bool,
            Operator::Update => Type::set([]),
            Operator::Concatenate => Type::list(Type::Int, 0),
            Operator::Equal | Operator::NotEqual => self.data_type(1),
            _ => Type::Int,
        };
        let (left, right) = match operator {
            Operator::Divide => (self.integer(), Expr::Integer(1 + self.below(3) as u64)),
            Operator::Multiply => (self.integer(), Expr::Integer(self.below(2) as u64)),
            Operator::Add | Operator::Subtract => (Expr::Integer(self.below(99) as u64), Expr::integer(3)),
            _ => (self.leaf(&of), self.leaf(&of)),
        };
        let (left, right) = (self.traced(left), self.traced(right));
        Expr::binary(operator, left, right)
    }

    /// A predicate that tells of each element that it sees, on more than a few.
    fn probed_predicate(&mut self) -> Expr {
        let (name, wants_boolean) = self.pick(&FOR_EACH);
        let count = 3 + self.below(4) as u64;
        let at = Expr::Integer(self.below(count as usize + 1) as u64);
        let element = || Expr::variable("it");
        let given = match wants_boolean {
            true => Expr::binary(self.pick(&[Operator::Equal, Operator::Less, Operator::NotEqual]), element(), at),
            false => Expr::builtin("toString", [element()]),
        };
        let label = Expr::builtin("toString", [element()]);
        let function = Expr::lambda("it", Expr::builtin("trace", [label, given]));
        Expr::builtin(name, [function, Expr::List((0..count).map(Expr::Integer).collect())])
    }

    /// A set that is deeply forced: in which order, the probes tell.
    fn forced_by_name(&mut self) -> Expr {
        let mut bindings: Vec<Binding> = Vec::new();
        for _ in 0..2 + self.below(3) {
            let name = self.pick(&super::scope::NAMES);
            if !bindings.iter().any(|binding| super::bindings::binds(binding, name)) {
                let value = self.leaf(&Type::Int);
                bindings.push(Binding::new(name, self.traced(value)));
            }
        }
        let set = Expr::Attrset { recursive: false, bindings };
        match self.below(3) {
            0 => Expr::builtin("toJSON", [set]),
            1 => set,
            _ => Expr::builtin("deepSeq", [set, Expr::Integer(0)]),
        }
    }

    /// An element of a mapped list, forced twice: the function is called once.
    fn shared_application(&mut self) -> Expr {
        let value = self.leaf(&Type::Int);
        let function = match self.below(3) {
            0 => Expr::builtin("trace", [Expr::text("applied")]),
            1 => {
                let body = self.traced(Expr::variable("it"));
                Expr::lambda("it", body)
            }
            _ => {
                let body = self.traced(Expr::variable("it"));
                let functor = Expr::lambda("self", Expr::lambda("it", body));
                Expr::Attrset { recursive: false, bindings: vec![Binding::new("__functor", functor)] }
            }
        };
        let mapped = Binding::new("xs", Expr::builtin("map", [function, Expr::List(vec![value])]));
        let head = || Expr::builtin("head", [Expr::variable("xs")]);
        Expr::bind(vec![mapped], Expr::List(vec![head(), head()]))
    }

    /// A function that gives a function of two or three, called with all arguments at once.
    fn called_with_more(&mut self) -> Expr {
        let names = ["b", "c", "d"];
        let count = 2 + self.below(2);
        let shown = Expr::List(names[..count].iter().map(|name| Expr::variable(*name)).collect());
        let inner = names[..count].iter().rev().fold(shown, |body, name| Expr::lambda(*name, body));
        let outer = Expr::If {
            condition: Node::new(Expr::variable("a")),
            consequence: Node::new(inner),
            alternative: Node::new(Expr::variable("null")),
        };
        let call = Expr::lambda("a", outer).apply(Expr::variable("true"));
        (0..count).fold(call, |call, index| {
            let argument = self.traced(Expr::Integer(index as u64));
            call.apply(argument)
        })
    }

    /// Scopes of `with` that have a name in common: the innermost counts.
    fn nested_with(&mut self) -> Expr {
        let body = Expr::List(vec![Expr::variable("w"), Expr::variable("v")]);
        (0..2 + self.below(3)).fold(body, |body, index| {
            let mut bindings = vec![Binding::new("w", Expr::Integer(index as u64))];
            if self.chance(128) || index == 0 {
                bindings.push(Binding::new("v", Expr::Integer(10 + index as u64)));
            }
            let namespace = self.traced(Expr::Attrset { recursive: false, bindings });
            Expr::With { namespace: Node::new(namespace), body: Node::new(body) }
        })
    }

    /// A delayed call that fails and is caught, several times. Where the program is to fail, it is forced once more.
    fn caught_again(&mut self) -> Expr {
        let thrown = self.throw();
        let function = match self.chance(128) {
            true => Expr::builtin("trace", [Expr::text("applied")]),
            false => Expr::builtin("seq", [Expr::Integer(1)]),
        };
        let mapped = Binding::new("xs", Expr::builtin("map", [function, Expr::List(vec![thrown])]));
        let head = || Expr::builtin("head", [Expr::variable("xs")]);
        let caught = |expr: Expr| Expr::builtin("tryEval", [expr]).select("success");
        let told = Expr::builtin("addErrorContext", [Expr::text("told"), head()]);
        let mut parts = vec![caught(head()), caught(told), caught(head())];
        if self.swarm.fails && self.chance(128) {
            let last = match self.chance(128) {
                true => head(),
                false => caught(Expr::builtin("abort", [Expr::text("aborted")])),
            };
            parts.push(last);
        }
        Expr::bind(vec![mapped], Expr::List(parts))
    }
}

#[cfg(test)]
mod tests {
    use nix_evaluator::session::{Task, Variant};

    use crate::{
        campaign::self_check::runner,
        generate::{Configuration, generate_from_seed},
        oracle::Observed,
        program::Expr,
    };

    /// Whether a program calls this builtin with a probe at each of two arguments.
    fn probes_both(program: &Expr, name: &str) -> bool {
        let source = program.to_source();
        source.split(&format!("builtins.{name} (builtins.trace \"p")).skip(1).any(|rest| {
            let end = rest.find(')').unwrap_or(rest.len());
            rest[end..].starts_with(") (builtins.trace \"p")
        })
    }

    #[test]
    fn rare_builtins_are_called_with_probes_at_both_arguments_and_most_programs_give_a_value() {
        let programs: Vec<Expr> = (0..4000).map(|seed| generate_from_seed(seed, &Configuration::default())).collect();
        for name in ["elemAt", "compareVersions", "getAttr", "bitAnd", "concatStringsSep"] {
            assert!(programs.iter().any(|program| probes_both(program, name)), "{name} is never probed");
        }
        let is_battery = |program: &&Expr| {
            matches!(program, Expr::List(parts) if parts.len() > 1 && parts.iter().any(|part| {
                matches!(part, Expr::Apply(..)) && part.to_source().starts_with("builtins.typeOf (builtins.")
            }))
        };
        let batteries: Vec<&Expr> = programs.iter().filter(is_battery).collect();
        assert!(batteries.len() > 100, "{} batteries", batteries.len());
        let mut runner = runner();
        let gives = |program: &&&Expr| {
            let observed = runner.run(program.to_source().as_bytes(), Task::STRICT, Variant::default());
            matches!(observed, Observed::Answered(answer) if answer.result.is_ok())
        };
        let values = batteries.iter().filter(gives).count();
        assert!(values * 10 > batteries.len() * 7, "{values} of {} give a value", batteries.len());
    }
}
