# dollars in indented strings: escaped, doubled, before what is no interpolation
let
  x = "value";
in
[ ''''${x}'' ''$${x}'' ''''$${x}'' ''$x ${x}'' ''''$'' ''''\${x}'' ]
