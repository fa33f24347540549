# The trace of a failure in an operator.
builtins.genericClosure { startSet = [ { key = 1; } ]; operator = x: throw "operator at ${toString x.key}"; }
