# sort on sorted input, and on input sorted the wrong way round.
let
  cmp = a: b: builtins.trace "${toString a}<${toString b}" (a < b);
in
[ (builtins.sort cmp [ 1 2 3 4 ]) (builtins.sort cmp [ 4 3 2 1 ]) ]
