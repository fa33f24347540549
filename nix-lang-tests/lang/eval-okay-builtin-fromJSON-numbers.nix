# fromJSON keeps integers apart from floats, and large ones become floats.
map (text: let v = builtins.fromJSON text; in [ (builtins.typeOf v) v ]) [ "1" "1.0" "-1" "1e2" "9223372036854775807" "-9223372036854775808" "1E-2" ]
