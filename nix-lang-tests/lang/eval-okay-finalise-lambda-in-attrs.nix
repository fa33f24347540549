# Lambdas inside a non-recursive set capture later siblings of the let.
let
  ops = {
    add = x: x + later;
    self = ops.add;
  };
  later = 6;
in
ops.self 7
