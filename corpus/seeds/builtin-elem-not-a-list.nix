# elem needs a list.
builtins.elem 1 { a = 1; }
