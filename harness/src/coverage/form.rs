//! The forms that are counted beside the rules of the grammar, and what reports call them.

/// Declares the enum with the name of each form, in the order of reports.
macro_rules! forms {
    ($($form:ident => $name:literal,)*) => {
        /// A form that the rules of the grammar do not tell from another.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(super) enum Form {
            $(#[doc = $name] $form,)*
        }

        impl Form {
            /// All of them, in the order of reports.
            pub const ALL: &[Form] = &[$(Form::$form),*];

            /// What reports call it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Form::$form => $name,)*
                }
            }
        }
    };
}

forms! {
    // By tokens.
    IntegerWithLeadingZeros => "integer: with leading zeros",
    IntegerAbove2Pow62 => "integer: above 2^62",
    FloatDigitsOnBothSides => "float: digits on both sides",
    FloatWithoutFraction => "float: without digits after the point",
    FloatWithoutWhole => "float: without digits before the point",
    FloatWithExponent => "float: with exponent",
    FloatWithNegativeExponent => "float: with negative exponent",
    StringEscapeOfQuote => "string: escape of a quote",
    StringEscapeOfBackslash => "string: escape of a backslash",
    StringEscapeOfDollar => "string: escape of a dollar",
    StringEscapeOfSpace => "string: escaped newline, tab or carriage return",
    StringEscapeOfOther => "string: escape of any other character",
    StringDollarsBeforeInterpolation => "string: dollars before an interpolation",
    StringOverSeveralLines => "string: over several lines",
    StringNotUtf8 => "string: not UTF-8",
    IndentedStringEscapeOfQuotes => "indented string: escape of ''",
    IndentedStringEscapeOfDollar => "indented string: escape of a dollar",
    IndentedStringEscapeWithBackslash => "indented string: escape with ''\\",
    IndentedStringOverSeveralLines => "indented string: over several lines",
    PathAbsolute => "path: absolute",
    PathFromSourceFolder => "path: from the source's folder",
    PathFromFolderAbove => "path: from the folder above",
    PathWithoutLeadingPoint => "path: without a leading point",
    PathInHomeFolder => "path: in the home folder",
    PathOnSearchPath => "path: on the search path",
    PathOnSearchPathBelowPrefix => "path: on the search path, below a prefix",
    CommentLine => "comment: to the end of the line",
    CommentBlock => "comment: between marks",
    SourceCarriageReturns => "source: carriage returns",
    // By the tree.
    CurrentPosition => "__curPos",
    SetFunctor => "set: functor",
    SetToString => "set: __toString",
    SetOutPath => "set: outPath",
    SetOverrides => "set: __overrides",
    SetComputedName => "set: computed attribute name",
    RecursiveSetComputedName => "set: computed attribute name in a recursive set",
    SetNameNoIdentifier => "set: attribute whose name is no identifier",
    SetPathsMerged => "set: two attribute paths merged",
    InheritIntoSet => "inherit: into a set",
    InheritIntoRecursiveSet => "inherit: into a recursive set",
    InheritIntoLet => "inherit: into let",
    InheritFromIntoSet => "inherit from: into a set",
    InheritFromIntoRecursiveSet => "inherit from: into a recursive set",
    InheritFromIntoLet => "inherit from: into let",
    SelectSeveralNames => "select: several names",
    SelectComputedName => "select: computed name",
    SelectSeveralNamesOr => "select: several names with or",
    SelectComputedNameOr => "select: computed name with or",
    HasAttributeSeveralNames => "has attribute: several names",
    HasAttributeComputedName => "has attribute: computed name",
    HasAttributeOfNoSet => "has attribute: of what is not a set",
    LambdaInLambda => "lambda: in a lambda",
    LambdaNoFormals => "lambda: pattern without formals",
    LambdaEllipsisOnly => "lambda: pattern with an ellipsis only",
    LambdaEllipsisAfterFormals => "lambda: ellipsis after formals",
    LambdaDefault => "lambda: default",
    LambdaDefaultRefersToFormal => "lambda: default that refers to a formal",
    LambdaDefaultRefersToArgument => "lambda: default that refers to the @ name",
    LambdaArgumentAndEllipsis => "lambda: @ name and ellipsis",
    CallSeveralArguments => "call: several arguments",
    CallArgumentInParentheses => "call: argument in parentheses",
    CallOfLiteralFunction => "call: of a literal function",
    CallOrAsName => "call: or as a name",
    LetWithoutBindings => "let: without bindings",
    LetRefersToLater => "let: binding that refers to a later one",
    LetInLet => "let: in a let",
    WithInWith => "with: in a with",
    WithOfComputedSet => "with: of a computed set",
    ListNested => "list: nested",
    StringInterpolationInInterpolation => "string: interpolation in an interpolation",
    StringInterpolationOfPath => "string: interpolation of a path",
    NegationOfExpression => "negation: of an expression",
    AdditionOfStringAndOther => "addition: of a string and what is not one",
    ComparisonOfSetsOrLists => "comparison: of sets or lists",
    UpdateChain => "update: chain",
    IfInCondition => "if: in a condition",
}
