# How trace prints: functions with their names and places, sets with their thunks.
let
  named = { x }: x;
  t = builtins.trace;
in
t (x: x) (t named (t map (t (map (x: x)) (t { a = { b = [ 1 { c = 2; } ]; }; } (t [ null true 1.5 /p "s\n" ] 0)))))
