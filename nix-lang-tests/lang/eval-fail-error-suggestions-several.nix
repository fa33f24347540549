# At most a few suggestions, the nearest first.
{ aaa = 1; aab = 2; aac = 3; aad = 4; aae = 5; xxx = 6; }.aaf
