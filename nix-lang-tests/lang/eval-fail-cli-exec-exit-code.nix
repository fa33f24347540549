# A program that fails.
builtins.exec [ "sh" "-c" "echo 2; exit 3" ]
