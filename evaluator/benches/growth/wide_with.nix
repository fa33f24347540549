# A name found through twenty sets of `with`, again and again.
{ n }:
let
  wide = i: builtins.listToAttrs (builtins.genList (j: { name = "a${toString i}b${toString j}"; value = j; }) 50);
  x0 = wide 0; x1 = wide 1; x2 = wide 2; x3 = wide 3; x4 = wide 4;
  x5 = wide 5; x6 = wide 6; x7 = wide 7; x8 = wide 8; x9 = wide 9;
in
with { deep = 1; };
with x0; with x1; with x2; with x3; with x4; with x5; with x6; with x7; with x8; with x9;
with x0; with x1; with x2; with x3; with x4; with x5; with x6; with x7; with x8; with x9;
builtins.foldl' (sum: i: sum + deep) 0 (builtins.genList (i: i) n)
