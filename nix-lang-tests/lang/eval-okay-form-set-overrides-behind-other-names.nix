# Whatever order names have in the set, what `__overrides` is stands in a slot of its own: `type`, `name`, `value`
# and `system` are names that an evaluator may know before it.
let
  set = rec {
    type = name;
    name = 1;
    value = name + system;
    system = 10;
    __overrides = {
      name = 2;
      system = 20;
    };
    later = [ name value ];
  };
in
[
  set
  set.later
]
