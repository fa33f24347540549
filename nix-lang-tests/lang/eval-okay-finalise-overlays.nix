# Overlays: super is the layer below, self the finished set.
let
  fix = f: let x = f x; in x;
  extends = overlay: base: self: let super = base self; in super // overlay self super;
  base = self: { a = 1; b = self.a + 10; };
  first = self: super: { a = super.a + 1; c = self.b; };
  second = self: super: { a = super.a * 100; c = super.c + self.a; };
in
fix (extends second (extends first base))
