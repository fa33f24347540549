# A file whose evaluation throws is remembered as failed: it is evaluated once.
map (_: (builtins.tryEval (import ./thunk-throws.nix)).success) [ 1 2 ]
