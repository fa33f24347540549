# __toString must give something that coerces.
toString { __toString = self: { }; }
