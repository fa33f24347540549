# Four defaults that each capture the next: all of them are finalised.
({ a ? [ b ], b ? [ c ], c ? [ d ], d ? [ e ], e ? 5 }: [ a b c d ]) { }
