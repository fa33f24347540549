# A folder as a flake on the search path goes into the store, which takes nothing.
<x>
