# Imported by fixtures: paths relative to this file.
{ here = builtins.baseNameOf ./here; up = builtins.baseNameOf ./dir2/../up; }
