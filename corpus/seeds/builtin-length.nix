# length of lists; the elements are not looked at.
map builtins.length [ [ ] [ 1 ] [ (throw "never") [ 2 3 ] ] ([ 1 2 ] ++ [ 3 ]) ]
