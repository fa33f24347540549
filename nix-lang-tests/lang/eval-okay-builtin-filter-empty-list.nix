# filter does not force its predicate when there is nothing to filter.
builtins.filter (throw "never") [ ]
