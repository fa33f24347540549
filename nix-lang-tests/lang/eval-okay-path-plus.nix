# Path plus string or path is a path; string plus path is a string.
[ (/a + "/b") (/a + "b") (/a + /b) (/a + "/../c") (/a + "") (builtins.typeOf (/a + "b")) ]
