# The store holds what was copied.
builtins.readDir "${./store-folder}"
