# Bytes that are not UTF-8 pass through strings and are counted.
[ "aÿb" (builtins.stringLength "ÿþ") (builtins.substring 1 1 "aÿb") ("Ã" + "©" == "Ã©") ]
