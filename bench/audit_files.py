"""Workflow files to measure with: as many and as large as real ones, the same on every run.

usage: audit_files.py FOLDER [COUNT]: writes FOLDER/.github/workflows/*.yml

Sizes are drawn from a log-normal distribution with the median and the mean of real repositories'
files (2.3 KB and 3.6 KB); the content is that of the conformance corpus, with fewer faults.
"""
import math
import os
import shutil
import sys
from random import Random

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "conformance"))
from corpus import realistic  # noqa: E402
from corpus.forms import indented  # noqa: E402

SEED = 3272
MEDIAN = 2300
SIGMA = math.sqrt(2 * math.log(3600 / 2300))
LARGEST = 60_000


def sized(random, size):
    """A workflow of about `size` bytes: more jobs and steps until it is long enough."""
    text = f"name: {random.choice(['CI', 'Deploy', 'Release', 'Nightly', 'Checks'])} {random.choice(realistic.SERVICES)}\n\n"
    text += realistic.events(random) + "\n"
    if size > 1500 and random.random() < 0.4:
        text += "permissions:\n  contents: read\n\n"
    if random.random() < 0.1 and size > 400:
        # What a careless hand does, so that errors are written, too.
        text = text.replace("branches:", "branch:", 1)
    text += "jobs:\n"
    names = []
    # One file in four deploys; the others test, lint, label, release notes and the like.
    deploys = random.random() < 0.25
    while len(text) < size or not names:
        left = size - len(text)
        place = random.choice(realistic.PLACES) if deploys and (names or size < MEDIAN) and random.random() < 0.6 else None
        service = random.choice(realistic.SERVICES)
        app = f"{service}-{place}" if place else service
        if left < 700:
            body = realistic.checkout(random) + "- run: make " + service + "\n"
        elif place:
            body = realistic.checkout(random) + random.choice(realistic.DEPLOYS)(random, app, place)
            body += realistic.health_check(random, app) if random.random() < 0.5 else ""
        else:
            body = realistic.language_steps(random)
        for _ in range(random.randint(0, min(8, max(0, (left - 900) // 350)))):
            body += realistic.chore(random)
        if left > 2500 and random.random() < 0.3:
            body += realistic.step(random, realistic.run(*script(random, service)))
        name = f"{'deploy' if place else random.choice(['test', 'build', 'lint'])}_{app.replace('-', '_')}_{len(names)}"
        needs = names[-1:] if place or random.random() < 0.3 else []
        text += indented(realistic.job(random, name, body, needs, place), 2) + "\n"
        names.append(name)
    return text


def script(random, service):
    lines = ["set -euo pipefail", "# What changed since the last release decides what is built."]
    for number in range(random.randint(4, 30)):
        lines.append(random.choice([
            f'echo "::group::{service} {number}"', f"docker pull ghcr.io/acme/{service}:$(git rev-parse --short HEAD)",
            f'if [ "${{STAGE:-none}}" = "{random.choice(realistic.PLACES)}" ]; then make {service}-{number}; fi',
            f"for name in $(ls services); do ./bin/check \"$name\" --level {number} || true; done",
            f"jq -r '.packages[{number}].version' package-lock.json | tee -a versions.txt",
            f'export {service.upper()}_{number}="$(cat .{service}-{number})" && echo "::endgroup::"']))
    return lines


def write(folder, count=3000, seed=SEED):
    """Returns the bytes written."""
    random = Random(seed)
    place = os.path.join(folder, ".github", "workflows")
    shutil.rmtree(place, ignore_errors=True)
    os.makedirs(place)
    total = 0
    for number in range(count):
        size = min(LARGEST, random.lognormvariate(math.log(MEDIAN), SIGMA))
        # A job overshoots the wanted size by a little, on average.
        text = sized(random, size - 150)
        total += len(text)
        with open(os.path.join(place, f"workflow-{number:04}.yml"), "w") as file:
            file.write(text)
    return total


if __name__ == "__main__":
    written = write(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3000)
    print(f"{written / 1e6:.1f} MB")
