# The condition must be a boolean.
if "true" then 1 else 2
