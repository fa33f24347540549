# A rec set with paths, inherit and a dynamic name.
let
  z = 1;
in
rec { a = b.c; b.c = z; inherit z; ${"d" + "e"} = a; }
