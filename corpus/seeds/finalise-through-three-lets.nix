# The innermost of three lets captures later bindings of every level.
let
  a =
    let
      b =
        let
          c = z + y + x;
          z = 1;
        in
        c;
      y = 20;
    in
    b;
  x = 300;
in
a
