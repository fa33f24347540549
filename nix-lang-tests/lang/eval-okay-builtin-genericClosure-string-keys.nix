# genericClosure with keys that are strings, paths or lists.
map (keys: builtins.length (builtins.genericClosure { startSet = map (key: { inherit key; }) keys; operator = x: [ ]; })) [ [ "a" "b" "a" ] [ /a /b /a ] [ [ 1 2 ] [ 1 3 ] [ 1 2 ] ] [ 1 1.0 2 ] ]
