# The same name of two large sets, selected in turn and often.
let
  s = v: builtins.listToAttrs (builtins.genList (i: { name = "n${toString i}"; value = v + i; }) 20);
  a = s 0;
  b = s 100;
in
builtins.foldl' (acc: i: acc + a.n1 + b.n1) 0 (builtins.genList (i: i) 60)
