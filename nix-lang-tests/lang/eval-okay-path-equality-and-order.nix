# Paths compare by their normalised text.
[ (/a/../b == /b) (/a == "/a") (/a < /b) (/a/b < /a) (/b > /a/c) (/a <= /a) ]
