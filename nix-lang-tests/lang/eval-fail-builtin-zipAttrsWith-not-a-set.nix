# The elements must be sets.
builtins.zipAttrsWith (n: vs: vs) [ { a = 1; } 2 ]
