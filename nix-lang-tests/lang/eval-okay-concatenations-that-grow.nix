# Results of concatenations that grew from the same one do not meet.
let
  grow = builtins.foldl' (so_far: i: "<" + so_far + toString i) "" (builtins.genList (i: i) 60);
  list = builtins.foldl' (so_far: i: [ i ] ++ so_far ++ [ i ]) [ ] (builtins.genList (i: i) 60);
  literal = builtins.foldl' (so_far: i: "${so_far}-${toString i}") "" (builtins.genList (i: i) 60);
  ends = x: [ (x + "a") (x + "b") ("c" + x) ("d" + x) "${x}e" "f${x}g" ];
in
[
  (ends grow)
  (ends literal)
  (ends (builtins.substring 40 200 literal))
  (list ++ [ "a" ])
  (list ++ [ "b" ])
  ([ "c" ] ++ list)
  list
]
