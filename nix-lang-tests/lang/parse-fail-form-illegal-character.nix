# A character that begins no token.
1 ` 2
