# genericClosure: keys are forced as elements come out of the queue.
let
  t = builtins.trace;
in
map (x: x.key) (builtins.genericClosure {
  startSet = [ { key = t "k1" 1; } { key = t "k2" 2; } ];
  operator = x: t "op ${toString x.key}" (if x.key < 3 then [ { key = t "k${toString x.key}0" (x.key * 10); } ] else [ ]);
})
