# Braces of a set inside an interpolation do not close it.
"${({ a = "}"; }).a}${{ b = "{"; }.b}"
