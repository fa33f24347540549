# The trace of a failure in an attribute name.
{ ${throw "name"} = 1; }
