# Dollars that do not open an interpolation.
[ "$" "$$" "$x" "$${x}" "\${x}" "a$" "$\{x}" "\$" "\$\{" "$$$" ]
