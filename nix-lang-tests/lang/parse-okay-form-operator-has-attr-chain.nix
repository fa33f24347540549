# `?` chains to the left.
a: a ? b ? c
