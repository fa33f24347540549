# Single quotes inside an indented string.
[ ''it's'' '''''' '''a'' ''a' '' ''a'b'c'' ]
