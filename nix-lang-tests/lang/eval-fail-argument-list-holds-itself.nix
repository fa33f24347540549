# The slot of the argument is the one that the list holds, so the list is shown once.
let
  a = [
    0
    a
  ];
in
builtins.attrNames a
