# An endless sieve whose filters capture one another.
let
  from = n: { h = n; t = from (n + 1); };
  filter = p: s: if p s.h then { inherit (s) h; t = filter p s.t; } else filter p s.t;
  sieve = s: { inherit (s) h; t = sieve (filter (n: n - n / s.h * s.h != 0) s.t); };
  take = n: s: if n == 0 then [ ] else [ s.h ] ++ take (n - 1) s.t;
in
take 8 (sieve (from 2))
