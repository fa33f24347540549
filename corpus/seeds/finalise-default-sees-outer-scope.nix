# A default that names no formal sees the scope in which the function was written.
let
  late = 2;
  f = { a ? late }: a;
in
let
  late = 3;
in
[ (f { }) late ]
