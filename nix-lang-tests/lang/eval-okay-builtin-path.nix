# builtins.path: another name, flat hashing, a filter.
[
  (builtins.path { path = ./data-lines.txt; })
  (builtins.path { path = ./data-lines.txt; name = "renamed"; })
  (builtins.path { path = ./data-lines.txt; recursive = false; })
  (builtins.path { path = ./dir3; filter = path: type: builtins.trace "${baseNameOf path} ${type}" (type == "directory"); })
]
