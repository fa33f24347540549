# Items of a closure.
builtins.genericClosure { startSet = [ { key = 1; x = 1 + 1; } ]; operator = i: if i.key < 3 then [ { key = i.key + 1; } ] else [ ]; }
