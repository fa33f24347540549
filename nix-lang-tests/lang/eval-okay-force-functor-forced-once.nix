# The attribute __functor is evaluated once for several calls; its function is called each time.
let
  s = { __functor = builtins.trace "functor" (self: builtins.trace "self" (x: x)); };
in
[ (s 1) (s 2) (s 3) ]
