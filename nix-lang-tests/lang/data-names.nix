# Imported by fixtures for the names in it.
{ scoped = 1; extra2 = 2; }
