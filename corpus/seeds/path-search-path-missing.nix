# A search path that no entry has.
<no-such-file.nix>
