# callPackage: a function's formals are filled from the finished set.
let
  fix = f: let x = f x; in x;
  callWith = scope: f: extra: f (builtins.intersectAttrs (builtins.functionArgs f) scope // extra);
  packages = self: {
    a = callWith self ({ b, c }: builtins.trace "a" { name = "a"; deps = [ b.name c.name ]; }) { };
    b = callWith self ({ c }: builtins.trace "b" { name = "b"; deps = [ c.name ]; }) { };
    c = callWith self ({ version ? "1" }: builtins.trace "c" { name = "c-${version}"; deps = [ ]; }) { version = "2"; };
  };
in
(fix packages).a
