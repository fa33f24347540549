# elemAt, first to last.
let l = [ "a" "b" "c" ]; in map (builtins.elemAt l) [ 0 1 2 ]
