# Deep forcing visits slots, not sets: through `left` the set is walked once more, and fails there.
let
  x = { left = x; super = throw "above"; };
in
x
