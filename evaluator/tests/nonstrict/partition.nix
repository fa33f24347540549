# partition gives lists, not thunks of lists.
builtins.partition (x: x > 1) [ 1 2 3 ]
