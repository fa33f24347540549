# Comments of every kind, with carriage returns at line ends.
1 /* inline */ + # rest
/* over
 lines **/ 2 /***/
