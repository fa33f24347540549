# genericClosure looks only at keys.
map (x: x.key) (builtins.genericClosure { startSet = [ { key = 1; other = throw "never"; } ]; operator = x: if x.key < 3 then [ { key = x.key + 1; other = throw "never"; } ] else [ ]; })
