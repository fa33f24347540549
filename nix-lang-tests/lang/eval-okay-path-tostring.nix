# toString of a path gives its text without a context.
[ (toString /a/b/../c) (builtins.hasContext (toString /a)) ("x" + toString /a) (builtins.stringLength (toString /abc)) ]
