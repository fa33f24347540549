# The trace names attributes and indices on the way to the failure.
{ services = [ { name = "web"; } { name = "db"; port = "80" * 1; } ]; }
