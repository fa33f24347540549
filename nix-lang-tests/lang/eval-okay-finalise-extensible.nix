# A set that can be extended again and again, each time with a new fixed point.
let
  fix = f: let x = f x; in x;
  extensible = f: fix (self: f self // { extend = g: extensible (self: let super = f self; in super // g self super); });
  base = extensible (self: { n = 1; double = self.n * 2; });
  more = base.extend (self: super: { n = super.n + 10; });
in
[ base.double more.double (more.extend (self: super: { n = 100; old = super.n; })).double (more.extend (self: super: { old = super.n; })).old ]
