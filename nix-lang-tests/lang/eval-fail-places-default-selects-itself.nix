let
  set = { a = { c = 1; }; };
in
(set.a.b
  or set.a.d).e
