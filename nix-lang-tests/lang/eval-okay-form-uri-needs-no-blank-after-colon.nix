# Without a blank after the colon, a lambda is a URI; with one it is a lambda.
[ (builtins.typeOf (x:x)) (builtins.typeOf (x: x)) (builtins.typeOf (x:[x])) ]
