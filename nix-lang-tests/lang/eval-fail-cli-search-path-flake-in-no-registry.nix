# A flake on the search path that no registry knows.
<x>
