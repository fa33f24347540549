# An endless list as pairs of head and rest, of which only the front is built.
let
  t = builtins.trace;
  from = n: { head = t "head ${toString n}" n; rest = from (n + 1); };
  take = n: s: if n == 0 then [ ] else [ s.head ] ++ take (n - 1) s.rest;
  naturals = from 0;
in
[ (take 3 naturals) (take 2 naturals.rest) ]
