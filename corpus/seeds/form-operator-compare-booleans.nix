# Booleans do not compare.
true > false
