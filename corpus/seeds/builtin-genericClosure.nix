# genericClosure walks breadth first and keeps the first element of each key.
builtins.genericClosure {
  startSet = [ { key = 1; from = "start"; } { key = 1; from = "again"; } ];
  operator = { key, ... }: if key > 20 then [ ] else [ { key = key * 2; from = key; } { key = key * 3; from = key; } ];
}
