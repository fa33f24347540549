# A recursive binding that nobody needs does no harm.
let
  x = x + 1;
  y = if false then x else 2;
in
[ y (builtins.length [ x ]) ({ a = x; } ? a) ]
