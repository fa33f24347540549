# An argument computed early still fails where forcing it would be too deep.
let
  f = n: if n == 0 then 0 else f (n - 1);
in
f 10001
