# An inner binding of the same name wins over a later sibling of the outer let.
let
  a =
    let
      f = _: late;
      late = "inner";
    in
    f null;
  b = (_: late) null;
  late = "outer";
in
[ a b ]
