# __toString comes before outPath when a set is coerced to a string.
let
  t = builtins.trace;
in
"${ { outPath = throw "never"; __toString = t "__toString" (self: t "called" self.n); n = t "n" "text"; } }"
