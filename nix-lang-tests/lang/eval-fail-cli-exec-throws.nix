# The expression fails as it is evaluated.
builtins.exec [ "echo" "throw ''x''" ]
