# A derivation that downloads one file: what `import <nix/fetchurl.nix>` gives. The hash says what to expect; of the
# older ways to give it the longest algorithm counts first.
{
  system ? "",
  url,
  hash ? "",
  md5 ? "",
  sha1 ? "",
  sha256 ? "",
  sha512 ? "",
  outputHash ? (
    let given = builtins.filter (text: text != "") [ hash sha512 sha1 md5 ];
    in if given == [ ] then sha256 else builtins.head given
  ),
  outputHashAlgo ? (
    if hash != "" then ""
    else if sha512 != "" then "sha512"
    else if sha1 != "" then "sha1"
    else if md5 != "" then "md5"
    else "sha256"
  ),
  executable ? false,
  unpack ? false,
  name ? baseNameOf (toString url),
  impure ? false,
}:
derivation (
  (if impure then { __impure = true; } else { inherit outputHash outputHashAlgo; })
  // {
    inherit executable name unpack url;
    urls = [ url ];
    builder = "builtin:fetchurl";
    system = "builtin";
    outputHashMode = if executable || unpack then "recursive" else "flat";
    preferLocalBuild = true;
    # Of no effect on the download, but part of what the derivation is hashed from.
    impureEnvVars = map (kind: "${kind}_proxy") [ "http" "https" "ftp" "all" "no" ];
  }
)
