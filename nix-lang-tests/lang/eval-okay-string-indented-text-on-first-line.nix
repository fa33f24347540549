# Text on the first line counts with its column there.
[ ''  a
    b
  c'' ''a
   b'' ]
