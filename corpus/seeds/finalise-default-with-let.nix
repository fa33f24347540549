# A let inside a default captures later formals.
(
  {
    a ?
      let
        g = x: x + b;
      in
      g 1,
    b ? 41,
  }:
  a
) { }
