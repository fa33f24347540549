# A lambda created under a with keeps the namespace after the scope is left.
let
  make = ns: with ns; (x: x + offset);
  f = make (builtins.trace "ns" { offset = late; });
  late = 3;
in
[ (f 1) (f 2) ]
