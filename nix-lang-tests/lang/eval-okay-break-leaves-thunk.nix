# The argument is passed on unevaluated, also to what has asked for its value.
[
  (builtins.break (1 + 1))
  (builtins.isInt (builtins.break (1 + 1)))
]
