# inherit and inherit from, with quoted names.
let
  a = 1;
  s = { b = 2; c.d = 3; "e f" = 4; };
in
{ inherit a; inherit (s) b c "e f"; inherit; inherit (s); inherit ({ g = 5; }) g; }
