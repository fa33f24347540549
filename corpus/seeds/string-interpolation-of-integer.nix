# An integer is not coerced in an interpolation.
"a${1}"
