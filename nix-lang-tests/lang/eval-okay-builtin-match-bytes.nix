# match works on bytes: a dot matches one byte of a character.
[ (builtins.match "(.)(.)" "é") (builtins.split "[^a-z]" "aéb") ]
