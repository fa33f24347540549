# `->` groups to the right.
[ (true -> true) (true -> false) (false -> true) (false -> false) (true -> false -> false) ((true -> false) -> false) ]
