# inherit of a name that is not in scope.
{ inherit nowhere; }
