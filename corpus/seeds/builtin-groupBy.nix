# groupBy keeps the order of the list in each group.
builtins.groupBy (x: if x > 2 then "big" else "small") [ 1 5 2 3 0 ]
