# toPath of a path interpolates without being copied.
"${builtins.toPath ./dir1}" == toString ./dir1
