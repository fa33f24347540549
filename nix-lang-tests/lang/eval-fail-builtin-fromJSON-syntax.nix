# fromJSON of what is not JSON.
builtins.fromJSON "{a: 1}"
