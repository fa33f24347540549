# fromJSON of a string with an escape that does not exist.
builtins.fromJSON ''"\q"''
