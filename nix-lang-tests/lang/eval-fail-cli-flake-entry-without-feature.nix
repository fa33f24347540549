# An entry of the search path that is a flake needs the feature.
<x>
