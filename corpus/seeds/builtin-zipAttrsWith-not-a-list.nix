# zipAttrsWith needs a list.
builtins.zipAttrsWith (n: vs: vs) { }
