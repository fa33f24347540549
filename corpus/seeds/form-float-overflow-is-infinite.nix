# Floats overflow to infinity; infinity minus itself equals nothing, not even itself.
let
  big = 1.0e308 * 10;
in
[ big (-big) (big == big) (big - big == big - big) ]
