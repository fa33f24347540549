# --trace-verbose lets traceVerbose print.
builtins.traceVerbose "said" 1
