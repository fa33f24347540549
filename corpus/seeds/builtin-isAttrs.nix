# A derivation and a functor are sets; nothing else is.
map builtins.isAttrs [ { } { __functor = s: x: x; } builtins (derivation { name = "x"; system = "s"; builder = "b"; }) [ ] null "{ }" ]
