# The comparison fails on what it cannot compare.
builtins.sort builtins.lessThan [ 1 "a" ]
