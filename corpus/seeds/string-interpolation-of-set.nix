# A set without outPath or __toString is not coerced.
"${{ a = 1; }}"
