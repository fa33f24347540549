# Defaults are delayed, unless they are an alias or a constant.
({ a ? 1, b ? a, c ? d, d ? 2, e ? 1 + 1, f ? (x: x) }: { inherit a b c d e f; }) { }
