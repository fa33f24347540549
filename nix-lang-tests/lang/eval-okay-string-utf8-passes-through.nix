# Bytes beyond ASCII pass through; stringLength counts bytes.
[ "é€𝄞" (builtins.stringLength "é€𝄞") (builtins.substring 0 2 "é") ]
