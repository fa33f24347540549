# The trace of a failure in an operand of each kind.
let
  bad = throw "operand";
in
[ 1 (1 + (2 * (3 - bad))) ]
