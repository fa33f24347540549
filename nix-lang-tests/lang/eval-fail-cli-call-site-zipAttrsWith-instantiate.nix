# What is looked at for derivations is called from its function.
builtins.zipAttrsWith (name: values: throw name) [ { a = 1; } { a = 2; } ]
