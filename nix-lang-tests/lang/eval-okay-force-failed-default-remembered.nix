# A default that failed is remembered within a call and evaluated anew in the next.
let
  f = { a ? builtins.trace "default" (throw "failed") }: map (_: (builtins.tryEval a).success) [ 1 2 3 ];
in
[ (f { }) (f { }) ]
