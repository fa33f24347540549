# addDrvOutputDependencies needs a context of one element.
builtins.addDrvOutputDependencies "no context"
