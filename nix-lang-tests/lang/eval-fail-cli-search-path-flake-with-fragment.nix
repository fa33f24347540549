# A flake on the search path may not have a fragment.
<x>
