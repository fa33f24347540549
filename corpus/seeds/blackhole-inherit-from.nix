# The source of an `inherit (e)` is the attribute that it defines.
rec {
  inherit (a) a;
}.a
