# A dynamic name that repeats a static one fails when the set is created.
let
  name = "a";
in
{ a = 1; ${name} = 2; }
