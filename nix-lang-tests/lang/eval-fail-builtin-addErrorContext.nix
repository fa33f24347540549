# addErrorContext adds its text to the trace of what fails.
builtins.addErrorContext "outer context" (builtins.addErrorContext "inner context" (throw "failure"))
