# A default sees the @-name, which holds only what was given.
({ a ? builtins.attrNames args, b ? args.a or "none", ... }@args: [ a b ]) { x = 1; }
