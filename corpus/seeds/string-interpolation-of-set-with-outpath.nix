# A set with outPath is coerced to it, through several sets.
"${{ outPath = { outPath = "deep"; }; }}"
