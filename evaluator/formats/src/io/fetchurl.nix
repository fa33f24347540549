# `import <nix/fetchurl.nix>`: a derivation that downloads one file. Of several hashes the first of those below counts.
{
  system ? "",
  url,
  hash ? "",
  md5 ? "",
  sha1 ? "",
  sha256 ? "",
  sha512 ? "",
  outputHash ? (if hash == "" then (if sha512 == "" then (if sha1 == "" then (if md5 == "" then sha256 else md5) else sha1) else sha512) else hash),
  outputHashAlgo ? (if hash == "" then (if sha512 == "" then (if sha1 == "" then (if md5 == "" then "sha256" else "md5") else "sha1") else "sha512") else ""),
  executable ? false,
  unpack ? false,
  name ? baseNameOf (toString url),
  impure ? false,
}:
# No function is called here but `derivation` and those above, and names come up in the order in which they do in the
# reference's: programs' work is compared, and forcing goes by the order of names.
derivation ({
  builder = "builtin:fetchurl";
  outputHashMode = if executable || unpack then "recursive" else "flat";
  system = "builtin";
  preferLocalBuild = true;
  # Of no effect on the download, but part of what the derivation is hashed from.
  impureEnvVars = [ "http_proxy" "https_proxy" "ftp_proxy" "all_proxy" "no_proxy" ];
  urls = [ url ];
  inherit executable name unpack url;
} // (if impure then { __impure = true; } else { inherit outputHash outputHashAlgo; }))
