# A function with formals forces the argument set but not its attributes.
let
  t = builtins.trace;
in
({ a, b }: t "body" b) (t "set" { a = t "a" 1; b = t "b" 2; })
