# A flake on the search path in a Git repository that is not there.
<x>
