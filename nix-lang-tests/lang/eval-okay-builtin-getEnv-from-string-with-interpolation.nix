# The name of the variable may be computed.
builtins.getEnv "TEST_${"VAR"}"
