# Arguments and formals win over a with inside the function.
[ ((x: with { x = 2; }; x) 1) (({ x, y ? x }: with { x = 2; y = 3; z = 4; }; [ x y z ]) { x = 1; }) ]
