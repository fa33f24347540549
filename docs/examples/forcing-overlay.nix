# A fixed point with an overlay.
let
  extends = f: rattrs: self: let super = rattrs self; in super // f self super;
  fix = f: let x = f x; in x;
  base = self: { a = 1; b = self.a + 1; c = self.b * 2; unused = throw "never"; list = map (n: n * self.a) [ 1 2 3 ]; };
  overlay = final: prev: { a = prev.a + 10; d = final.c + prev.b; };
  pkgs = fix (extends overlay base);
in {
  inherit (pkgs) d;
  caught = (builtins.tryEval (assert pkgs.a == 0; 1)).success;
  sum = builtins.foldl' (x: y: x + y) 0 pkgs.list;
  twice = let y = pkgs.c + 1; in y + y + (with pkgs; d);
}
