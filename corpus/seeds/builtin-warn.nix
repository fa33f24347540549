# warn prints a warning and gives its value.
builtins.warn "careful" (builtins.warn "two\nlines" 1)
