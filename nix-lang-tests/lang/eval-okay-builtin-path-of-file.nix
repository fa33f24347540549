# A path in a string is copied: the store path depends on name and content, not on where it lies.
[ "${./data-lines.txt}" "${./dir1}" (builtins.getContext "${./data-lines.txt}") (toString ./data-lines.txt == "${./data-lines.txt}") ]
