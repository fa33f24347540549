# addErrorContext gives its second argument; the context is not even evaluated.
builtins.addErrorContext (throw "never") 1
