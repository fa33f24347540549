# Absolute paths are normalised.
[ /a/b /a/./b /a/../b /a/b/.. /a/../../b /a/b/../../.. ]
