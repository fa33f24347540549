# A lambda that calls its own name finds the nearest binding of it.
let
  f = n: "outer ${toString n}";
in
let
  f = n: if n == 0 then "inner" else f (n - 1);
  g = let f' = f; in let f = n: f' n; in f;
in
[ (f 2) (g 1) ((f: f 3) (n: "argument ${toString n}")) ]
