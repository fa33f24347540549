# `?` evaluates the set, then names and sets on the path, but not the last attribute.
let
  t = builtins.trace;
in
[
  ((t "set" { a = t "a" { b = throw "never"; }; }) ? ${t "name a" "a"}.${t "name b" "b"})
  ((t "set 2" { }) ? ${t "name c" "c"}.${t "never" "d"})
]
