# A long value in an error is shown in part.
let
  list = builtins.genList (x: x) 30;
  set = builtins.listToAttrs (map (x: { name = "n${toString x}"; value = { inner = { deep = x; }; }; }) list);
  long = { inherit list set; a.b.c.d.e.f.g.h.i.j.k = 1; };
in
builtins.head (builtins.deepSeq long long)
