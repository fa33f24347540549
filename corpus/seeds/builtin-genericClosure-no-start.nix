# genericClosure needs a startSet.
builtins.genericClosure { operator = x: [ ]; }
