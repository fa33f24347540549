# A word right after the colon makes a URI; a blank or a bracket after it makes a lambda.
[ (builtins.typeOf (x:x)) (builtins.typeOf (x: x)) (builtins.typeOf (x:[x])) ]
