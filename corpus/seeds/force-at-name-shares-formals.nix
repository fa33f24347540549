# A formal and the same attribute of the @-name share one thunk.
({ a, ... }@args: [ a args.a (args // { b = 1; }).a ]) { a = builtins.trace "a" 1; }
