# A default captures a sibling that is bound after the function.
let
  f = { a ? late, b ? f { a = 1; b = 2; } }: [ a b ];
  late = "late";
in
f { }
