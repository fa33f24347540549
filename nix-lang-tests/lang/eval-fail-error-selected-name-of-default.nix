# What stands for a missing attribute is evaluated inside the selection that found the one before.
{ a.b = 1; }.a.${builtins.trace "computed twice" "c"} or (throw "default")
