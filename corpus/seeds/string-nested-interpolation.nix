# Strings in interpolations in strings.
"a${"b${"c${"d"}"}" + "e"}f"
