# getEnv of a variable that is set and of one that is not.
[ (builtins.getEnv "TEST_VAR") (builtins.getEnv "NO_SUCH_VARIABLE_ANYWHERE") ]
