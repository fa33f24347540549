# A recursive lambda captures itself and a later sibling.
let
  count = n: if n == limit then [ n ] else [ n ] ++ count (n + 1);
  limit = 3;
in
count 0
