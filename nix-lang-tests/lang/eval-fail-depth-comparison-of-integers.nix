# A comparison is no call: at the last level there is room for it.
let
  count = n: if n < 9998 then 1 + count (n + 1) else if n < 9999 then count (n + 1) else n < (throw "the end");
in
count 0
