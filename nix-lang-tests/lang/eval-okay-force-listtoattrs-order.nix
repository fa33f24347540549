# listToAttrs evaluates every name at once, values only on use, and the first of equal names wins.
let
  t = builtins.trace;
  s = builtins.listToAttrs [
    (t "pair 1" { name = t "name 1" "x"; value = t "value 1" 1; })
    (t "pair 2" { name = t "name 2" "y"; value = t "value 2" 2; })
    (t "pair 3" { name = t "name 3" "x"; value = t "value 3" 3; })
  ];
in
builtins.seq s (t "built" s.x)
