# A list that holds itself is one list, whether a sibling asks for it or the set that has `__overrides`.
rec {
  __overrides = { };
  direct = [ direct ];
  through = [ other ];
  other = [ through ];
}
