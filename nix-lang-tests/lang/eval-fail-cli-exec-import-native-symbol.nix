# The symbol is a string.
builtins.importNative ./case-hack/A 1
