# `assert` evaluates its condition before the body.
let
  t = builtins.trace;
in
assert t "condition" true;
t "body" 1
