# A variable that nothing defines.
builtins.exec [ "echo" "[ x ]" ]
