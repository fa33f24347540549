# genericClosure shares the elements that its operator returned.
let
  t = builtins.trace;
  result = builtins.genericClosure {
    startSet = [ { key = t "key 1" 1; other = t "other 1" 1; } ];
    operator = item: t "operator ${toString item.key}" (if item.key < 3 then [ { key = item.key + 1; other = t "other" item.key; } ] else [ ]);
  };
in
[ result result ]
