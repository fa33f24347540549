# A thunk that failed is not evaluated again: its probe shows once, and it fails twice.
let
  x = builtins.trace "evaluated" (throw "x");
  succeeds = value: (builtins.tryEval value).success;
in
[ (succeeds x) (succeeds x) ]
