# `$$` before a brace is two characters, `$$$` an escape and an interpolation.
let
  x = "X";
in
[ "$${x}" "$$${x}" "$$$${x}" "\$${x}" "\\${x}" ]
