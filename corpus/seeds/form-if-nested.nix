# conditionals in conditions and in branches
let
  choose = a: b: if if a then b else !b then if a then "both" else "neither" else if a then "first" else "second";
in
map (a: map (b: choose a b) [ true false ]) [ true false ]
