# Numbers, strings, paths, variables and the empty list are passed without a thunk of their own; lambdas and sets are not.
let
  show = x: builtins.trace [ x ] x;
  known = builtins.seq value value;
  value = 1 + 1;
in
builtins.seq known [ (show 1) (show "s") (show value) (show (x: x)).__functor or "none" (show (1 + 2)) (show [ ]) (show { }) (show ./x) ]
