# `?` with paths, strings, dynamic names and what is no set.
let
  s = { a.b = 1; "x y" = 2; n = null; };
in
[ (s ? a) (s ? a.b) (s ? a.b.c) (s ? z.y) (s ? "x y") (s ? ${"a"}.b) (s ? n.x) (1 ? a) (null ? a) ([ ] ? a) ((x: x) ? a) (!s ? z) ]
