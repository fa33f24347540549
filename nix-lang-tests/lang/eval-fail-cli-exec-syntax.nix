# What is printed must be an expression.
builtins.exec [ "echo" "1 +" ]
