# The trace of a failure in the source of an `inherit (e)`.
let
  inherit (throw "source") x;
in
{ y = x; }
