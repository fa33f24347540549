//! Takes the sugar off a program: makes terms of its tree.

use std::{collections::BTreeSet, rc::Rc};

use super::{
    drafts::{Computed, Draft, DraftValue},
    indented::{self, Part},
    machine::Machine,
    paths,
    term::{Binding, BindingKind, Formals, LambdaTerm, NameTerm, SetTerm, Shared, Term},
    value::{Name, Outcome, State, Value, error, outside},
};
use crate::program::{
    AttrName, BinaryOperator, Binding as Written, Expr, Parameter, TextPart, TextStyle, UnaryOperator,
};

/// What is being lowered.
pub(super) struct Lowering<'m> {
    machine: &'m mut Machine,
    scopes: Vec<Known>,
}

/// What is known of a scope before anything is evaluated.
enum Known {
    Names(BTreeSet<Name>),
    Namespace,
}

/// The text of an expression that is one string without interpolations.
pub(super) fn plain_text(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Uri(text) => Some(text.clone()),
        Expr::Text(TextStyle::Quoted, parts) => {
            let literal = |part: &TextPart| match part {
                TextPart::Literal(text) => Some(text.clone()),
                TextPart::Interpolation(_) => None,
            };
            parts.iter().map(literal).collect()
        }
        Expr::Text(TextStyle::Indented, parts) => {
            let mut parts = indented::stripped(parts);
            match (parts.len(), parts.pop()) {
                (_, None) => Some(String::new()),
                (1, Some(Part::Literal(text))) => Some(text),
                // What is interpolated as one string is that string.
                (1, Some(Part::Expr(inner))) => plain_text(inner),
                _ => None,
            }
        }
        _ => None,
    }
}

impl<'m> Lowering<'m> {
    /// Lowers what sees these variables.
    pub(super) fn new(machine: &'m mut Machine, variables: BTreeSet<Name>) -> Lowering<'m> {
        Lowering { machine, scopes: vec![Known::Names(variables)] }
    }

    fn name(&mut self, text: &str) -> Name {
        self.machine.names.intern(text.as_bytes())
    }

    fn literal(&mut self, value: Value) -> Term {
        Term::Literal(self.machine.ready(value))
    }

    fn within<T>(&mut self, scope: Known, work: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        self.scopes.push(scope);
        let came = work(self);
        self.scopes.pop();
        came
    }

    fn variable(&mut self, text: &str) -> Outcome<Term> {
        let name = self.name(text);
        let is_bound = |scope: &Known| matches!(scope, Known::Names(names) if names.contains(&name));
        if self.scopes.iter().any(is_bound) {
            Ok(Term::Bound(name))
        } else if self.scopes.iter().any(|scope| matches!(scope, Known::Namespace)) {
            Ok(Term::FromWith(name))
        } else {
            Err(error(format!("undefined variable '{text}'")))
        }
    }

    /// A term that is shared by all thunks of it.
    pub(super) fn shared(&mut self, expr: &Expr) -> Outcome<Shared> {
        self.term(expr).map(Rc::new)
    }

    fn term(&mut self, expr: &Expr) -> Outcome<Term> {
        Ok(match expr {
            Expr::Integer(number) => match i64::try_from(*number) {
                Ok(number) => self.literal(Value::Int(number)),
                Err(_) => return Err(error(format!("invalid integer '{number}'"))),
            },
            Expr::Float(text) => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => self.literal(Value::Float(number)),
                _ => Term::Outside("a float of an unusual size"),
            },
            Expr::Uri(text) => self.literal(Value::text(text)),
            Expr::Text(style, parts) => self.text(*style, parts)?,
            Expr::Path(parts) => self.path(parts)?,
            Expr::SearchPath(path) => {
                let (find, search) = (self.variable("__findFile")?, self.variable("__nixPath")?);
                let path = self.literal(Value::text(path));
                Term::Call(Rc::new(find), vec![Rc::new(search), Rc::new(path)])
            }
            Expr::Variable(name) if name == "__curPos" => Term::Outside("__curPos"),
            Expr::Variable(name) => self.variable(name)?,
            Expr::List(elements) => {
                Term::List(elements.iter().map(|element| self.shared(element)).collect::<Outcome<_>>()?)
            }
            Expr::Attrset { recursive, bindings } => Term::Set(self.set(bindings, *recursive)?),
            Expr::LetBody(bindings) => {
                let set = Term::Set(self.set(bindings, true)?);
                Term::Select(Rc::new(set), vec![NameTerm::Known(self.name("body"))], None)
            }
            Expr::Let { bindings, body } => {
                let draft = Draft::of(bindings, true, &mut self.machine.names)?;
                let names = draft.known.keys().copied().collect();
                let set = self.draft(draft)?;
                Term::Let(set, self.within(Known::Names(names), |this| this.shared(body))?)
            }
            Expr::With { namespace, body } => {
                let namespace = self.shared(namespace)?;
                Term::With(namespace, self.within(Known::Namespace, |this| this.shared(body))?)
            }
            Expr::Assert { condition, body } => Term::Assert(self.shared(condition)?, self.shared(body)?),
            Expr::If { condition, consequence, alternative } => {
                Term::If(self.shared(condition)?, self.shared(consequence)?, self.shared(alternative)?)
            }
            Expr::Lambda(lambda) => {
                let (argument, formals, ellipsis) = match &lambda.parameter {
                    Parameter::Name(name) => (Some(self.name(name)), None, false),
                    Parameter::Pattern(pattern) => {
                        let argument = pattern.at.as_ref().map(|(name, _)| self.name(name));
                        (argument, Some(&pattern.formals), pattern.ellipsis)
                    }
                };
                let mut names: BTreeSet<Name> = argument.into_iter().collect();
                for formal in formals.into_iter().flatten() {
                    names.insert(self.name(&formal.name));
                }
                let lambda = self.within(Known::Names(names), |this| {
                    let formals = formals.map(|formals| -> Outcome<Formals> {
                        let names = formals.iter().map(|formal| {
                            let name = this.name(&formal.name);
                            Ok((name, formal.default.as_ref().map(|default| this.shared(default)).transpose()?))
                        });
                        Ok(Formals { names: names.collect::<Outcome<_>>()?, ellipsis })
                    });
                    Ok(LambdaTerm { argument, formals: formals.transpose()?, body: this.shared(&lambda.body)? })
                })?;
                Term::Lambda(Rc::new(lambda))
            }
            Expr::Apply(function, argument) => self.call(function, argument)?,
            Expr::Select { subject, path, default } => {
                let subject = self.shared(subject)?;
                let path = self.names(path)?;
                Term::Select(subject, path, default.as_deref().map(|default| self.shared(default)).transpose()?)
            }
            Expr::HasAttribute { subject, path } => Term::Has(self.shared(subject)?, self.names(path)?),
            Expr::Unary(UnaryOperator::Not, operand) => Term::Not(self.shared(operand)?),
            Expr::Unary(UnaryOperator::Negate, operand) => {
                let zero = self.literal(Value::Int(0));
                let function = self.variable("__sub")?;
                Term::Call(Rc::new(function), vec![Rc::new(zero), self.shared(operand)?])
            }
            Expr::Binary(operator, left, right) => self.binary(*operator, left, right)?,
        })
    }

    fn call(&mut self, function: &Expr, argument: &Expr) -> Outcome<Term> {
        let function = self.term(function)?;
        let argument = self.shared(argument)?;
        Ok(match function {
            Term::Call(function, mut arguments) => {
                arguments.push(argument);
                Term::Call(function, arguments)
            }
            other => Term::Call(Rc::new(other), vec![argument]),
        })
    }

    fn binary(&mut self, operator: BinaryOperator, left: &Expr, right: &Expr) -> Outcome<Term> {
        use BinaryOperator::*;
        // The reference's parser makes calls of these, with the operands in this order.
        let builtin = match operator {
            Subtract => Some(("__sub", [left, right], false)),
            Multiply => Some(("__mul", [left, right], false)),
            Divide => Some(("__div", [left, right], false)),
            Less => Some(("__lessThan", [left, right], false)),
            Greater => Some(("__lessThan", [right, left], false)),
            LessOrEqual => Some(("__lessThan", [right, left], true)),
            GreaterOrEqual => Some(("__lessThan", [left, right], true)),
            _ => None,
        };
        if let Some((name, operands, is_negated)) = builtin {
            let function = self.variable(name)?;
            let operands = operands.into_iter().map(|operand| self.shared(operand)).collect::<Outcome<_>>()?;
            let call = Term::Call(Rc::new(function), operands);
            return Ok(if is_negated { Term::Not(Rc::new(call)) } else { call });
        }
        match operator {
            PipeInto => return self.call(right, left),
            PipeFrom => return self.call(left, right),
            _ => {}
        }
        let (left, right) = (self.shared(left)?, self.shared(right)?);
        Ok(match operator {
            Equal => Term::Equal(left, right),
            NotEqual => Term::Differ(left, right),
            And => Term::And(left, right),
            Or => Term::Or(left, right),
            Implies => Term::Implies(left, right),
            Update => Term::Update(left, right),
            Concatenate => Term::Concatenate(left, right),
            Add => Term::Sum { is_text: false, parts: vec![left, right] },
            Subtract | Multiply | Divide | Less | Greater | LessOrEqual | GreaterOrEqual | PipeInto | PipeFrom => {
                return Err(error("an operator that is a call"));
            }
        })
    }

    fn text(&mut self, style: TextStyle, parts: &[TextPart]) -> Outcome<Term> {
        let parts: Vec<Part<'_>> = match style {
            TextStyle::Indented => indented::stripped(parts),
            TextStyle::Quoted => parts
                .iter()
                .map(|part| match part {
                    TextPart::Literal(text) => Part::Literal(text.clone()),
                    TextPart::Interpolation(expr) => Part::Expr(expr),
                })
                .collect(),
        };
        if parts.iter().all(|part| matches!(part, Part::Literal(_))) && (parts.len() < 2 || style == TextStyle::Quoted)
        {
            let text = parts.iter().map(|part| if let Part::Literal(text) = part { text.as_str() } else { "" });
            return Ok(self.literal(Value::text(text.collect::<String>())));
        }
        // An indented string of one interpolation that is a string is that string.
        if let ([Part::Expr(expr)], TextStyle::Indented) = (parts.as_slice(), style)
            && let Some(text) = plain_text(expr)
        {
            return Ok(self.literal(Value::text(text)));
        }
        let parts = parts.into_iter().map(|part| match part {
            Part::Literal(text) => Ok(Rc::new(self.literal(Value::text(text)))),
            Part::Expr(expr) => self.shared(expr),
        });
        Ok(Term::Sum { is_text: true, parts: parts.collect::<Outcome<_>>()? })
    }

    fn path(&mut self, parts: &[TextPart]) -> Outcome<Term> {
        let Some((TextPart::Literal(first), rest)) = parts.split_first() else {
            return Ok(Term::Outside("a path that begins with no text"));
        };
        if first.starts_with('~') {
            return Ok(Term::Literal(self.machine.slot(State::Failed(outside("a home folder")))));
        }
        let mut path = paths::absolute(first.as_bytes(), &self.machine.folder);
        if first.len() > 1 && first.ends_with('/') {
            path.push(b'/');
        }
        let first = self.literal(Value::Path(path.into()));
        if rest.is_empty() {
            return Ok(first);
        }
        let mut all = vec![Rc::new(first)];
        for part in rest {
            all.push(match part {
                TextPart::Literal(text) => Rc::new(self.literal(Value::text(text))),
                TextPart::Interpolation(expr) => self.shared(expr)?,
            });
        }
        Ok(Term::Sum { is_text: false, parts: all })
    }

    fn names(&mut self, path: &[AttrName]) -> Outcome<Vec<NameTerm>> {
        let name = |name: &AttrName| {
            Ok(match name {
                AttrName::Plain(text) => NameTerm::Known(self.name(text)),
                AttrName::Text(parts) => NameTerm::Computed(Rc::new(self.text(TextStyle::Quoted, parts)?)),
                AttrName::Computed(expr) => match plain_text(expr) {
                    Some(text) => NameTerm::Known(self.name(&text)),
                    None => NameTerm::Computed(self.shared(expr)?),
                },
            })
        };
        path.iter().map(name).collect()
    }

    fn set(&mut self, bindings: &[Written], recursive: bool) -> Outcome<SetTerm> {
        let draft = Draft::of(bindings, recursive, &mut self.machine.names)?;
        self.draft(draft)
    }

    fn draft(&mut self, draft: Draft<'_>) -> Outcome<SetTerm> {
        let Draft { recursive, known, computed, sources } = draft;
        let names: Vec<Name> = known.keys().copied().collect();
        let mut inherited = Vec::new();
        for (name, value) in &known {
            if matches!(value, DraftValue::Inherited) {
                let text = self.machine.names.text(*name);
                inherited.push((*name, self.variable(&String::from_utf8_lossy(&text))?));
            }
        }
        let work = |this: &mut Self| {
            let mut set = SetTerm { recursive, ..SetTerm::default() };
            for source in sources {
                set.sources.push(this.shared(source)?);
            }
            for (name, value) in known {
                let binding = match value {
                    DraftValue::Inherited => continue,
                    DraftValue::FromSource(number) => {
                        let source = Rc::new(Term::Source(number));
                        let value = Term::Select(source, vec![NameTerm::Known(name)], None);
                        Binding { kind: BindingKind::FromSource, value: Rc::new(value) }
                    }
                    value => Binding { kind: BindingKind::Plain, value: this.drafted(value)? },
                };
                set.known.insert(name, binding);
            }
            for (name, value) in computed {
                let name = match name {
                    Computed::Text(parts) => Rc::new(this.text(TextStyle::Quoted, parts)?),
                    Computed::Expr(expr) => this.shared(expr)?,
                };
                set.computed.push((name, this.drafted(value)?));
            }
            Ok(set)
        };
        let mut set = match recursive {
            true => self.within(Known::Names(names.into_iter().collect()), work)?,
            false => work(self)?,
        };
        for (name, variable) in inherited {
            set.known.insert(name, Binding { kind: BindingKind::Inherited, value: Rc::new(variable) });
        }
        Ok(set)
    }

    fn drafted(&mut self, value: DraftValue<'_>) -> Outcome<Shared> {
        match value {
            DraftValue::Expr(expr) => self.shared(expr),
            DraftValue::Set(draft) => Ok(Rc::new(Term::Set(self.draft(draft)?))),
            DraftValue::Inherited | DraftValue::FromSource(_) => Err(error("a binding that is inherited")),
        }
    }
}
