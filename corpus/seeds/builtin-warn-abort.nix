# With abort-on-warn, a warning ends the evaluation.
builtins.warn "fatal now" 1
