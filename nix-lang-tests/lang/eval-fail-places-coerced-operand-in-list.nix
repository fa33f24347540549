let
  number = 3;
in
builtins.length (
  [
    ("b"
      + number)
  ]
  ++ builtins.stringLength
    ("c"
      + number)
)
