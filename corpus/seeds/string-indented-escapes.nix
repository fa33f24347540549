# Every escape of an indented string.
[ ''a'''b'' ''a''$b'' ''a''${b}'' ''a''\nb'' ''a''\tb'' ''a''\rb'' ''a''\\b'' ''a''\xb'' ''a$$b'' ''a$${b}'' ''\n'' ''"'' ]
