#!/usr/bin/env python3
"""Compares our parser with the reference's: the tree as --parse prints it, warnings, first error message and place.

Sources come from --corpus (every .nix file below it), from --cases (a file of Python literals, one source a line), from
mutations of these (tokens deleted, repeated, swapped or replaced), and from random tokens; the same for the same
--seed.

    cargo build --release -p nix_evaluator --example parse
    scripts/compare_parsers.py --reference /path/to/nix-instantiate --corpus upstream/lang --mutations 1000

With --record, the reference's answers to --cases are written to a file, which is what the parser's unit tests expect:

    scripts/compare_parsers.py --reference /path/to/nix-instantiate --cases scripts/parser_cases.txt \\
        --record evaluator/src/syntax/recorded_cases.txt
"""

import argparse
import ast
import collections
import concurrent.futures
import pathlib
import random
import re
import subprocess
import sys
import tempfile

ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "NIX_REMOTE": "dummy://",
    "HOME": "/nonexistent",
    "NIX_CONF_DIR": "/nonexistent",
    "NIX_STATE_DIR": "/nonexistent",
    "NIX_USER_CONF_FILES": "",
    "NIX_PATH": "",
    "NIX_CONFIG": "build-users-group =",
    "GC_MARKERS": "1",
}
LINTS = {
    "url": ("LINT_URL", "lint-url-literals"),
    "short": ("LINT_SHORT", "lint-short-path-literals"),
    "absolute": ("LINT_ABSOLUTE", "lint-absolute-path-literals"),
}
# What a case is tried with: lints, and whether pipe operators are enabled.
VARIANTS = {
    "plain": ((), False),
    "pipes": ((), True),
    "warn": ([(lint, "warn") for lint in LINTS], False),
    "fatal": ([(lint, "fatal") for lint in LINTS], False),
}
TOKEN = re.compile(
    rb"\s+|#[^\n]*|/\*.*?\*/|[A-Za-z_][A-Za-z0-9_'-]*|[0-9]+(?:\.[0-9]*)?"
    rb"|\$\{|''|\.\.\.|==|!=|<=|>=|&&|\|\||->|//|\+\+|.",
    re.DOTALL,
)
SPARE = [
    b"${", b"}", b"{", b'"', b"''", b"(", b")", b"[", b"]", b";", b":", b"@", b"?", b"=", b".", b"...", b",", b"or",
    b" or ", b"let ", b" in ", b"rec ", b"inherit ", b"with ", b"assert ", b"if ", b" then ", b" else ", b"1", b"1.5",
    b".5", b"0.5e3", b"a/b", b"./a/", b"~/x", b"<x>", b"x:y", b"http://x", b"-", b"+", b"!", b"<", b">", b"<=", b"==",
    b"->", b"//", b"++", b"&&", b"||", b"|>", b"<|", b"$", b"\\", b"\\n", b"$$", b"''${", b"'''", b"''\\n", b"\r",
    b"\r\n",
    b"\n", b" ", b"/*", b"*/", b"#", b"\0", b"\xff", b"__curPos", b"~", b"/", b"*", b"'", b"^",
]


class Outcome(collections.namedtuple("Outcome", "accepted output message place warnings")):
    """What a parser makes of a source."""


def run(command, source, folder, environment):
    try:
        done = subprocess.run(command, input=source, capture_output=True, cwd=folder, env=environment, timeout=60)
    except subprocess.TimeoutExpired:
        return None, b"", b""
    return done.returncode, done.stdout, done.stderr


def ask_reference(options, source, folder, lints=(), pipes=False):
    settings = [ENVIRONMENT["NIX_CONFIG"]]
    settings += [f"{LINTS[name][1]} = {level}" for name, level in lints]
    if pipes:
        settings.append("extra-experimental-features = pipe-operators")
    environment = {**ENVIRONMENT, "NIX_CONFIG": "\n".join(settings)}
    code, output, errors = run([options.reference, "--parse", "-"], source, folder, environment)
    if code not in (0, 1):
        return None
    head, _, tail = errors.partition(b"error: ")
    warnings = [line for line in head.splitlines() if line.startswith(b"warning: ")]
    place = re.search(rb"^ +at (.*?):?$", tail, re.MULTILINE)
    return Outcome(code == 0, output, tail.split(b"\n")[0].rstrip(), place.group(1) if place else b"", warnings)


def ask_ours(options, source, folder, lints=(), pipes=False):
    environment = {LINTS[name][0]: level for name, level in lints}
    if pipes:
        environment["PIPES"] = "1"
    command = [options.ours, "-"] + ([options.globals] if options.globals else [])
    code, output, errors = run(command, source, folder, environment)
    head, _, tail = (b"\n" + errors).rpartition(b"\nerror: ") if b"error: " in errors else (errors, b"", b"")
    warnings = [line for line in head.splitlines() if line.startswith(b"warning: ")]
    lines = tail.split(b"\n")
    place = lines[-2].removeprefix(b"at ") if len(lines) > 2 else b""
    return Outcome(code == 0, output, lines[0].replace(b"\r", b"").rstrip(), place, warnings)


def mutate(source, chance):
    tokens = TOKEN.findall(source)
    if len(tokens) > 400:
        start = chance.randrange(len(tokens) - 300)
        tokens = tokens[start : start + 300] if chance.random() < 0.3 else tokens
    for _ in range(chance.choice([1, 1, 1, 2, 3, 5])):
        if not tokens:
            break
        at = chance.randrange(len(tokens))
        kind = chance.randrange(6)
        if kind == 0:
            del tokens[at]
        elif kind == 1:
            tokens.insert(at, tokens[at])
        elif kind == 2:
            other = chance.randrange(len(tokens))
            tokens[at], tokens[other] = tokens[other], tokens[at]
        elif kind == 3:
            tokens[at] = chance.choice(SPARE)
        elif kind == 4:
            tokens.insert(at, chance.choice(SPARE))
        else:
            del tokens[at + 1 :]
    return b"".join(tokens)


def globals_of_reference(options):
    """The names that the reference defines around every source."""
    listed = subprocess.run(
        [options.reference, "--eval", "--strict", "--json", "-E", "builtins.attrNames builtins"],
        capture_output=True, env=ENVIRONMENT, check=True,
    )
    names = ast.literal_eval(listed.stdout.decode())
    candidates = [name for base in names for name in (base, "__" + base)] + ["builtins"]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        outcomes = pool.map(lambda name: ask_reference(options, name.encode(), "/"), candidates)
        return [name for name, outcome in zip(candidates, outcomes) if outcome and outcome.accepted]


def literal(text):
    return '"' + "".join(
        {92: "\\\\", 34: '\\"', 10: "\\n", 13: "\\r", 9: "\\t"}.get(byte)
        or (chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}")
        for byte in text
    ) + '"'


def record(options):
    """Writes what the reference makes of the cases; variants only where they change that."""
    with open(options.record, "w", encoding="ascii") as file:
        file.write("# Written by scripts/compare_parsers.py --record; do not edit.\n")
        file.write(f"globals {literal(' '.join(globals_of_reference(options)).encode())}\n")
        plain = None
        for kind, _, source, folder, lints, pipes in jobs(options, random.Random(options.seed)):
            outcome = ask_reference(options, source, folder, lints, pipes)
            if kind == "plain":
                plain = outcome
            elif outcome == plain:
                continue
            if outcome is None:
                continue
            refused = b"error: " + outcome.message + b" at " + outcome.place
            lines = [*outcome.warnings, outcome.output.removesuffix(b"\n") if outcome.accepted else refused]
            file.write(f"{kind} {literal(source)} {literal(b'|'.join(lines))}\n")


def compare(options, job):
    kind, name, source, folder, lints, pipes = job
    reference = ask_reference(options, source, folder, lints, pipes)
    if reference is None:
        return kind, name, source, None, None
    return kind, name, source, reference, ask_ours(options, source, folder, lints, pipes)


def differs_by_symbol_order(reference, ours):
    """The attributes of a set are checked in symbol order, and the example program creates no builtins before it
    parses, so of two undefined variables it may report another one."""
    undefined = b"undefined variable '"
    return reference.message.startswith(undefined) and ours.message.startswith(undefined)


def jobs(options, chance):
    corpus = []
    for root in options.corpus:
        for path in sorted(pathlib.Path(root).rglob("*.nix")):
            if path.is_file():
                corpus.append((path, path.read_bytes()))
    for path, source in corpus:
        yield "corpus", str(path), source, path.parent, (), False
    small = [entry for entry in corpus if len(entry[1]) < 20000]
    for path in options.cases:
        for number, line in enumerate(pathlib.Path(path).read_text().splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                source = ast.literal_eval("b" + line)
                small.append((pathlib.Path("/case"), source))
                for kind, (lints, pipes) in VARIANTS.items():
                    yield kind, f"{path}:{number}", source, "/", lints, pipes
    for number in range(options.soups):
        source = b"".join(chance.choices(SPARE, k=chance.randrange(1, 14)))
        yield "soup", f"soup#{number}", source, "/", (), chance.random() < 0.3
    for number in range(options.mutations):
        path, source = chance.choice(small)
        lints = [(chance.choice(list(LINTS)), chance.choice(["warn", "fatal"]))] if chance.random() < 0.1 else ()
        yield "mutation", f"{path}#{number}", mutate(source, chance), path.parent, lints, chance.random() < 0.3


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reference", required=True, help="the reference's nix-instantiate")
    parser.add_argument("--ours", default="target/release/examples/parse")
    parser.add_argument("--corpus", action="append", default=[])
    parser.add_argument("--cases", action="append", default=[])
    parser.add_argument("--mutations", type=int, default=0)
    parser.add_argument("--soups", type=int, default=0, help="how many sources of random tokens")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--show", type=int, default=20, help="how many differences to print")
    parser.add_argument("--record", help="write the reference's answers to --cases here")
    options = parser.parse_args()
    if options.record:
        return record(options)
    options.globals = None
    options.ours = str(pathlib.Path(options.ours).resolve())
    counts, differences = collections.Counter(), []
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as names:
        names.write("\n".join(globals_of_reference(options)))
        names.flush()
        options.globals = names.name
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            work = pool.map(lambda job: compare(options, job), jobs(options, random.Random(options.seed)))
            for kind, name, source, reference, ours in work:
                if reference is None:
                    counts[kind, "reference died"] += 1
                    print(f"reference died: {name}: {source[:2000]!r}")
                elif reference == ours:
                    counts[kind, "same, accepted" if ours.accepted else "same, refused"] += 1
                elif differs_by_symbol_order(reference, ours):
                    counts[kind, "same, but for the order of the builtins' symbols"] += 1
                else:
                    counts[kind, "different"] += 1
                    differences.append((name, source, reference, ours))
    for name, source, reference, ours in differences[: options.show]:
        print(f"--- {name}\n{source[-600:]!r}")
        for field in Outcome._fields:
            expected, actual = getattr(reference, field), getattr(ours, field)
            if expected != actual:
                print(f"  {field}:\n    reference {str(expected)[:600]}\n    ours      {str(actual)[:600]}")
    for (kind, verdict), count in sorted(counts.items()):
        print(f"{kind}: {verdict}: {count}")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
