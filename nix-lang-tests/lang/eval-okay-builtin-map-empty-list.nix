# map does not force its function when there is nothing to map.
map (throw "never") [ ]
