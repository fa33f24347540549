# A list of overlays is folded into one set.
let
  fix = f: let x = f x; in x;
  compose = f: g: self: super: let low = f self super; in low // g self (super // low);
  overlays = [
    (self: super: { n = super.n + 1; })
    (self: super: { n = super.n * 2; m = self.n; })
    (self: super: { n = super.n + 5; })
  ];
  all = builtins.foldl' compose (self: super: { }) overlays;
in
fix (self: let super = { n = 0; }; in super // all self super)
