# Each list begins with what decides its order, and none ever does.
let
  xs = [
    [ xs ]
    xs
  ];
in
builtins.elemAt xs 0 < builtins.elemAt xs 1
