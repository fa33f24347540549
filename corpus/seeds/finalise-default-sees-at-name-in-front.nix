# The @-name may stand in front of the formals; defaults see it too.
(args@{ a ? args.b + 1, b, c ? args }: [ a c ]) { b = 1; }
