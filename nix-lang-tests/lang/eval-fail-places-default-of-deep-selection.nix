# The default stands in for a selection of two names, and fails at a place of its own.
let
  set = { a = { c = 1; }; };
in
[
  (set.a.b
    or (throw "the default"))
]
