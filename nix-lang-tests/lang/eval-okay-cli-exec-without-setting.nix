# Without the setting there is no such builtin.
[ (builtins ? exec) (builtins ? importNative) ]
