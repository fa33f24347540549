# An equality assertion on strings.
assert "abc" == "abd";
1
