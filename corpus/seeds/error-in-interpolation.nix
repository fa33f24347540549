# The trace of a failure in an interpolation.
let
  name = throw "no name";
in
"hello ${"dear ${name}"}"
