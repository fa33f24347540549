# What cannot be downloaded is looked for as a path, which a restricted evaluation may do.
<x>
