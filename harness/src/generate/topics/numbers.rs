//! Numbers at their limits: overflow, rounding, negative zero, integers beside floats, and how floats are written.

use super::{call, list, text, var};
use crate::{
    generate::Generator,
    program::{BinaryOperator as Operator, Expr, Node, UnaryOperator},
};

fn float(g: &mut Generator<'_, '_>) -> Expr {
    let literals = [
        "0.0",
        "0.5",
        "1.0",
        "1.5",
        "2.5",
        "3.0",
        "1000000.0",
        "999999.0",
        "999999.5",
        "123456789.0",
        "1.0e15",
        "1.0e16",
        "9007199254740993.0",
        "9223372036854775807.0",
        "0.1",
        "0.0001",
        "0.00001",
        "1.0e300",
        "1.0e-300",
        "100000.0",
    ];
    let literal = Expr::Float(g.pick(&literals).to_owned());
    if g.chance(60) { negated(literal) } else { literal }
}

fn negated(expr: Expr) -> Expr {
    Expr::Unary(UnaryOperator::Negate, Node::new(expr))
}

fn small(g: &mut Generator<'_, '_>) -> Expr {
    Expr::integer(g.below(17) as i64 - 8)
}

fn large(g: &mut Generator<'_, '_>) -> Expr {
    let largest = i64::MAX;
    let values = [largest, -largest, i64::MIN, largest / 2, 1 << 53, (1 << 53) + 1, 1 << 32, 3037000500, largest - 1];
    Expr::integer(g.pick(&values))
}

fn number(g: &mut Generator<'_, '_>) -> Expr {
    match g.below(5) {
        0 | 1 => small(g),
        2 => large(g),
        _ => float(g),
    }
}

/// An integer and a float that may have the same integer part.
fn beside(g: &mut Generator<'_, '_>) -> [Expr; 2] {
    let whole = g.below(4);
    let integer = Expr::Integer(whole as u64);
    let float = Expr::Float(format!("{}.{}", whole, g.pick(&["0", "5", "25"])));
    if g.chance(128) { [integer, float] } else { [float, integer] }
}

const COMPARISONS: [Operator; 6] = [
    Operator::Equal,
    Operator::NotEqual,
    Operator::Less,
    Operator::LessOrEqual,
    Operator::Greater,
    Operator::GreaterOrEqual,
];

pub(super) fn make(g: &mut Generator<'_, '_>) -> Expr {
    match g.below(20) {
        0..=2 => {
            let [left, right] = beside(g);
            match g.below(4) {
                0 => call("lessThan", [left, right]),
                1 => {
                    let operator = g.pick(&COMPARISONS);
                    Expr::binary(operator, list([left]), list([right]))
                }
                _ => Expr::binary(g.pick(&COMPARISONS), left, right),
            }
        }
        3 | 4 => Expr::binary(g.pick(&COMPARISONS), number(g), number(g)),
        5 | 6 => {
            let (left, mut right) = (small(g), small(g));
            if right == Expr::Integer(0) {
                right = Expr::Integer(2);
            }
            match g.chance(170) {
                true => call("div", [left, right]),
                false => Expr::binary(Operator::Divide, left, right),
            }
        }
        7 => call(
            g.pick(&["add", "sub", "mul", "div"]),
            [float(g), Expr::Float(g.pick(&["0.5", "3.0", "1.0e16"]).to_owned())],
        ),
        8 | 9 => float(g),
        10 => call(g.pick(&["toString", "toJSON", "toXML"]), [float(g)]),
        11 => call(g.pick(&["toString", "toJSON"]), [list([number(g), float(g)])]),
        12 => call(
            g.pick(&["ceil", "floor"]),
            [match g.below(3) {
                0 => large(g),
                1 => Expr::Float(g.pick(&["0.5", "1.5", "2.0", "1.0e15"]).to_owned()),
                _ => negated(Expr::Float(g.pick(&["0.5", "1.5", "2.0"]).to_owned())),
            }],
        ),
        13 => {
            // Zeros with a sign: their sum, and their product with a number.
            let zero = || negated(Expr::Float("0.0".to_owned()));
            let product = |left, right| Expr::binary(Operator::Multiply, left, right);
            let minus = product(Expr::Float("0.0".to_owned()), Expr::integer(-1));
            match g.below(4) {
                0 => Expr::binary(Operator::Add, minus.clone(), minus),
                1 => super::let_in([("z", minus)], Expr::binary(Operator::Add, var("z"), var("z"))),
                2 => Expr::binary(Operator::Subtract, minus, zero()),
                _ => product(zero(), small(g)),
            }
        }
        14 => call(g.pick(&["ceil", "floor"]), [call("sub", [large(g), Expr::Integer(0)])]),
        15 | 16 => call("toJSON", [list([float(g), float(g), float(g)])]),
        17 => {
            let zero = Expr::binary(Operator::Multiply, Expr::Float("0.0".to_owned()), Expr::integer(-1));
            super::let_in([("z", zero)], list([Expr::binary(Operator::Add, var("z"), var("z")), var("z")]))
        }
        18 => call(g.pick(&["bitAnd", "bitOr", "bitXor"]), [large(g), small(g)]),
        _ => {
            // Neither equal nor unequal to itself.
            let infinite = || {
                Expr::binary(Operator::Multiply, Expr::Float("1.0e300".to_owned()), Expr::Float("1.0e300".to_owned()))
            };
            let none = Expr::binary(Operator::Subtract, infinite(), infinite());
            let shown = Expr::binary(g.pick(&COMPARISONS), var("n"), number(g));
            super::let_in([("n", if g.chance(128) { none } else { infinite() })], list([var("n"), shown]))
        }
    }
}

/// What overflows, or is no number.
pub(super) fn failure(g: &mut Generator<'_, '_>) -> Expr {
    let largest = || Expr::Integer(i64::MAX as u64);
    match g.below(9) {
        0 => Expr::binary(Operator::Add, largest(), Expr::Integer(1 + g.below(3) as u64)),
        1 | 2 => {
            // What is not known before it is evaluated.
            let factor = call("add", [Expr::Integer(1), Expr::Integer(1 + g.below(3) as u64)]);
            Expr::binary(Operator::Multiply, call("add", [largest(), Expr::Integer(0)]), factor)
        }
        3 => Expr::binary(Operator::Subtract, Expr::integer(i64::MIN), Expr::Integer(1)),
        4 => call("div", [Expr::integer(i64::MIN), Expr::integer(-1)]),
        5 => call(g.pick(&["div", "sub", "mul", "add"]), [number(g), text("a")]),
        6 => call("div", [number(g), Expr::Integer(0)]),
        7 => call(
            g.pick(&["ceil", "floor"]),
            [Expr::Float(g.pick(&["1.0e300", "9223372036854775807.0", "1.0e19"]).to_owned())],
        ),
        _ => Expr::binary(g.pick(&COMPARISONS[2..]), number(g), text("1")),
    }
}
