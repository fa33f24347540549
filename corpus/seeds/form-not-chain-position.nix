# a chain of negations has the place of what is negated, at each link
let
  chain = value: builtins.tryEval (!(!(!(!value))));
in
map chain [ true false ] ++ [ (!(!(!({ a = 1; } ? b)))) (!({ a.b = 1; } ? a.c)) ]
