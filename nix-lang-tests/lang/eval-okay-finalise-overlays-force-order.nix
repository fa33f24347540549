# With overlays on overlays, the layers are forced from the top and each attribute once.
let
  t = builtins.trace;
  fix = f: let x = f x; in x;
  extends = overlay: base: self: let super = base self; in super // overlay self super;
  base = self: t "base" { a = t "base.a" 1; b = t "base.b" (self.a + 10); };
  first = self: super: t "first" { a = t "first.a" (super.a + 1); };
  second = self: super: t "second" { c = t "second.c" (self.b + super.a); };
in
(fix (extends second (extends first base))).c
