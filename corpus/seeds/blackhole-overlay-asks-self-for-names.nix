# An overlay that decides by self which attributes it defines.
let
  fix = f: let x = f x; in x;
in
(fix (self: { a = 1; } // (if self.a == 1 then { c = 2; } else { }))).a
