# What is no reference is refused before.
builtins.getFlake "./relative"
