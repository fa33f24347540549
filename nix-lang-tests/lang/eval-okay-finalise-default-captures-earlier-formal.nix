# Defaults of formals refer to formals that come earlier, given or not.
let
  f = { a ? 1, b ? a + 1, c ? b + a }: [ a b c ];
in
[ (f { }) (f { a = 10; }) (f { b = 10; }) ]
