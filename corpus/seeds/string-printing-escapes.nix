# Printing escapes quotes, backslashes, newlines, tabs, returns and dollar-brace.
[ "\"" "\\" "\n" "\t" "\r" "\${" "$" "$x" "\${a}" "$\n{" ]
