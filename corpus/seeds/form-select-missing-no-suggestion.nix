# A missing attribute without similar names.
{ abc = 1; }.xyzxyz
