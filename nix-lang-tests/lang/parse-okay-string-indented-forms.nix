# Indented strings as the parser prints them.
a: [ ''x'' ''
  two
   lines'' ''${a}'' ''  ${a} b'' '''''' ''''${a}'' ''a''\n'' ]
