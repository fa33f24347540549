# A string cannot be called.
"f" "x"
