# A flake on the search path that is a relative path.
<x>
