# A missing attribute with similar names: suggestions.
{ color = 1; colors = 2; other = 3; }.colour
