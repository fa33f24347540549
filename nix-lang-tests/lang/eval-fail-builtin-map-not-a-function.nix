# map needs a function as soon as there is an element.
map 1 [ 1 ]
