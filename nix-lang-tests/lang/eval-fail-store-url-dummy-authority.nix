# A store in memory has no authority.
1
