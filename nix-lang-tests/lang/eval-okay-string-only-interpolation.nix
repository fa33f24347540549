# A string that is nothing but an interpolation.
[ "${"x"}" "${""}" "" ]
