# A default that uses a name out of scope.
{ a ? missing }: a
