# if, nested and as an operand in parentheses.
[ (if true then 1 else 2) (if false then 1 else if false then 2 else 3) (1 + (if true then 1 else 0)) (if (if true then false else true) then 1 else 2) ]
