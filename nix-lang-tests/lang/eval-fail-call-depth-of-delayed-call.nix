# A delayed call with two arguments is two levels while it is made, also where its function takes both at once.
let
  f = n: if n == 0 then 0 else (builtins.zipAttrsWith (name: values: f (n - 1)) [ { a = 1; } ]).a;
  g = n: f n;
in
g 5000
