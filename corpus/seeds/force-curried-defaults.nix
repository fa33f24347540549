# Defaults of the inner function see arguments of the outer one.
let
  f = { a ? builtins.trace "default a" 1 }: { b ? a + 1 }: [ a b ];
  g = f { };
in
[ (g { }) (g { b = 5; }) (f { a = 9; } { }) ]
