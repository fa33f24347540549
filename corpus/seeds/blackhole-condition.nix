# A binding that decides on itself.
let
  b = if b then false else true;
in
b
