# The context must be a string once it is needed.
builtins.addErrorContext 1 (throw "failure")
