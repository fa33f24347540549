# Many strings joined by `+` and by interpolation.
let
  a = "a";
in
a + a + a + a + a + "${a}${a}${a}" + (a + (a + (a + a)))
