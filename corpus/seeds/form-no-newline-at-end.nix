# No newline at the end of the source.
{ a = 1; } # the end