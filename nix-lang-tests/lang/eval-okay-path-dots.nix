# Names with dots are no steps.
[ ./.hidden ./..two ./a..b /x/... ./a/.b/c. ]
