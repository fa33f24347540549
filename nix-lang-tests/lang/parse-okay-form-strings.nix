# Interpolated strings and paths as the parser prints them.
a: [ "${a}" "x${a}y" "${a}${a}" ''
  ${a}
    b
'' ./x/${a}/y "\${a}" "$$" ]
