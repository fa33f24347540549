# A program that is not there.
builtins.exec [ "/no/such/program" ]
