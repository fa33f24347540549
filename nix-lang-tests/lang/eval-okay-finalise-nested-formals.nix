# Functions with formals inside defaults of functions with formals.
(
  { a ? ({ b ? c, c ? d }: [ b c ]) { }, d ? 1 }:
  ({ e ? a, a ? d }: [ e a ]) { }
) { }
