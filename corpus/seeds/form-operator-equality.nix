# Equality of values of every type; different types are never equal, except numbers.
[ (1 == 1) (1 == 1.0) (1 == "1") (null == null) (null == false) ("" == null) ([ ] == { }) ([ 1 2.0 ] == [ 1.0 2 ]) ({ a.b = 1; } == { a.b = 1.0; }) (/a == "/a") ("a" == "a") (true != false) ((x: x) == (x: x)) ]
