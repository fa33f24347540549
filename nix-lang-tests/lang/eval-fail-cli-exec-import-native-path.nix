# The argument of importNative is a path.
builtins.importNative 1 "x"
