# Arithmetic and comparison call __sub, __mul, __div and __lessThan from the scope.
let
  __sub = a: b: [ "sub" a b ];
  __mul = a: b: [ "mul" a b ];
  __div = a: b: [ "div" a b ];
  __lessThan = a: b: a == 1;
in
[ (5 - 3) (-4) (2 * 3) (6 / 2) (1 < 0) (2 < 3) (0 > 1) (2 >= 3) (3 <= 1) ]
