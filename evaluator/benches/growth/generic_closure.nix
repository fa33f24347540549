# A closure whose every element finds the next one.
{ n }:
builtins.length (builtins.genericClosure {
  startSet = [ { key = 0; } ];
  operator = item: if item.key < n then [ { key = item.key + 1; } ] else [ ];
})
