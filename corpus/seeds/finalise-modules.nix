# A small module system: options merged from all modules, which see the merged result.
let
  fix = f: let x = f x; in x;
  merge = modules: fix (config: builtins.zipAttrsWith (name: values: if builtins.all builtins.isList values then builtins.concatLists values else builtins.elemAt values (builtins.length values - 1)) (map (m: m config) modules));
in
merge [
  (config: { enable = true; packages = if config.enable then [ "tool" ] else [ ]; })
  (config: { packages = [ config.name ]; })
  (config: { name = "host-${toString (builtins.length config.extra)}"; extra = [ 1 2 ]; })
]
