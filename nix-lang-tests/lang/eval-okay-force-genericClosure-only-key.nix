# genericClosure forces a key even if there is no other to compare it with.
builtins.length (builtins.genericClosure {
  startSet = [ { key = builtins.trace "key" 1; } ];
  operator = x: [ ];
})
