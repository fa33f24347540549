# `//` with an empty set on either side.
let
  s = { a = builtins.trace "a" 1; };
in
[ (s // { }) ({ } // s) ({ } // { }) ]
