# The old let inside a list, selected from and nested.
[ (let { body = { a = 1; }; }).a (let { body = let { body = z; z = 2; }; }) ]
