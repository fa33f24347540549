# An interpolation counts as content at its column.
let
  x = "X\n    Y";
in
''
    ${x}
  b
      ${x} c
''
