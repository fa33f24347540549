#!/usr/bin/env bash
# Builds the fuzz targets with their seed corpora into $OUT, as ClusterFuzzLite wants them. It needs no container:
#
#   OUT=/tmp/out .clusterfuzzlite/build.sh
#
# OUT        where the targets go (in ClusterFuzzLite's container it is set)
# SANITIZER  what cargo-fuzz builds with: address (as in the container), or none
# TARGETS    which targets; all of them unless it says so
set -euo pipefail
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")"
# In the container this file is copied out of the repository.
[ -d ../fuzz ] && cd .. || cd "${SRC:?SRC is not set, and this is not the repository}/thunkproof"
: "${OUT:?OUT is not set: name the folder for the targets}"
mkdir -p "$OUT"
OUT=$(realpath "$OUT")
sanitizer=${SANITIZER:-address}
read -ra targets <<<"${TARGETS:-eval finalise parse roundtrip}"

toolchain=()
# The container's default toolchain is a nightly one.
cargo --version | grep -q nightly || toolchain=(+nightly)
built=$PWD/fuzz/target/clusterfuzzlite
for target in "${targets[@]}"; do
    cargo "${toolchain[@]}" fuzz build -O -a -s "$sanitizer" --target-dir "$built" "$target"
done
triple=$(rustc "${toolchain[@]}" -vV | sed -n 's/^host: //p')
seeds=$(mktemp -d)
trap 'rm -rf "$seeds"' EXIT
scripts/seeds "$seeds/all"
for target in "${targets[@]}"; do
    install -m 755 "$built/$triple/release/$target" "$OUT/$target"
    if command -v zip >/dev/null; then
        (cd "$seeds/all" && zip -q -r "$OUT/${target}_seed_corpus.zip" . -i '*.nix')
    else
        python3 - "$OUT/${target}_seed_corpus.zip" "$seeds/all" <<'PYTHON'
import pathlib, sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    for entry in sorted(pathlib.Path(sys.argv[2]).rglob("*.nix")):
        archive.write(entry, entry.relative_to(sys.argv[2]))
PYTHON
    fi
    printf '[libfuzzer]\nmax_len = 4096\n' >"$OUT/$target.options"
done
echo "built into $OUT: ${targets[*]}"
