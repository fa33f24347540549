# groupBy of nothing.
builtins.groupBy (x: throw "never") [ ]
