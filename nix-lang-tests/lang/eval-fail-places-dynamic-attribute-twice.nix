# The second definition is where the error is.
let
  name = "a";
in
(
  {
    a = 1;
    b = 2;
    ${name} =
      3;
    ${"b" + name} = 4;
  }
  // { }
).a
