# A closure made before a failure still works after it.
let
  f = x: if x > limit then throw "over" else x + limit;
  limit = 5;
  tried = builtins.tryEval (f 9);
in
[ tried.success (f 1) ]
