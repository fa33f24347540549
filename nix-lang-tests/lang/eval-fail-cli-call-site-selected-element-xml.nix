# The same for an element, printed as XML.
map (value: throw "m") [ 1 ]
