# Lexical bindings win over with, the inner with over the outer one.
let
  a = "let";
in
with { a = "outer"; b = "outer"; c = "outer"; };
with { a = "inner"; b = "inner"; };
[ a b c ]
