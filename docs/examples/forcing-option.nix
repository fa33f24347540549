# The value of an option of the module system. `nixpkgs` is a checkout of it.
{ nixpkgs }:
let
  lib = import (nixpkgs + "/lib");
  modules = [
    { options.services.web.port = lib.mkOption { type = lib.types.int; default = 80; }; }
    { options.services.web.hosts = lib.mkOption { type = lib.types.listOf lib.types.str; default = [ ]; }; }
    ({ config, ... }: { services.web.hosts = [ "a:${toString config.services.web.port}" ]; })
    { services.web.port = lib.mkForce 8080; }
  ];
in
(lib.evalModules { inherit modules; }).config.services.web.hosts
