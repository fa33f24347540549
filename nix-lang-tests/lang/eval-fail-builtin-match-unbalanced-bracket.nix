# A bracket without an end.
builtins.match "a[bc" "ab"
