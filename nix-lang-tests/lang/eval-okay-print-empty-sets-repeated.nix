# Empty sets are one set to what prints values for messages, unless there was room for attributes in them.
let
  show = value: builtins.deepSeq value (builtins.trace value null);
  removed = removeAttrs { a = 1; } [ "a" ];
  common = builtins.intersectAttrs { a = 1; } { b = 1; };
in
[
  (show [ { } { } ])
  (show { a = { }; b = { }; })
  (show [ { } (rec { }) (builtins.listToAttrs [ ]) (builtins.fromJSON "{}") (builtins.fromTOML "") ])
  (show [ { } (builtins.functionArgs (x: x)) (builtins.mapAttrs (n: v: v) removed) (removeAttrs { } [ "a" ]) ])
  (show [ { } removed removed (removeAttrs { a = 1; } [ "a" ]) ])
  (show [ common common (common // common) (common // { }) ({ } // common) { } ])
  (show [ { ${null} = 1; } { ${null} = 1; } { } ])
  (show [ [ ] [ ] ])
]
