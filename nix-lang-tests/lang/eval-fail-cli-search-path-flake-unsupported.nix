# A flake on the search path with a scheme that nobody knows.
<x>
