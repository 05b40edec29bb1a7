"""Drawn workflows: as they are, and with one thing done to them that a person might do."""
from random import Random

from .realistic import workflow

SEED = 20260422


def replaced(old, new):
    return lambda random, text: text.replace(old, new, 1) if old in text else None


def line_lost(random, text):
    lines = text.split("\n")
    keep = random.randrange(len(lines))
    return "\n".join(lines[:keep] + lines[keep + 1:])


def line_twice(random, text):
    lines = [line for line in text.split("\n")]
    at = random.randrange(len(lines))
    return "\n".join(lines[:at + 1] + lines[at:])


def line_indented(random, text):
    lines = text.split("\n")
    at = random.choice([n for n, line in enumerate(lines) if line.strip()])
    lines[at] = random.choice(["  ", " ", "    "]) + lines[at]
    return "\n".join(lines)


def line_outdented(random, text):
    lines = text.split("\n")
    at = random.choice([n for n, line in enumerate(lines) if line.startswith("  ")])
    lines[at] = lines[at][random.choice([1, 2]):]
    return "\n".join(lines)


def character_lost(random, text):
    at = random.choice([n for n, c in enumerate(text) if c in "'\"{}[]:-|$("])
    return text[:at] + text[at + 1:]


def cut(random, text):
    return text[:random.randrange(len(text) // 3, len(text))]


MUTATIONS = {
    "line-lost": line_lost,
    "line-twice": line_twice,
    "line-indented": line_indented,
    "line-outdented": line_outdented,
    "character-lost": character_lost,
    "cut": cut,
    "branch": replaced("branches:", "branch:"),
    "runs-on": replaced("runs-on:", "runs_on:"),
    "needs": replaced("needs: ", "needs: no_"),
    "secrets-in-if": replaced("if: ", "if: secrets.A && "),
    "double-quotes": replaced("== 'refs/heads/main'", '== "refs/heads/main"'),
    "double-braces": replaced("${{ ", "${{ {"),
    "single-brace": replaced(" }}", " }"),
    "step-env": replaced("with:\n", "wiht:\n"),
    "event": replaced("pull_request:", "pull-request:"),
    "crlf": lambda random, text: text.replace("\n", "\r\n"),
    "tab": replaced("    runs-on", "\truns-on"),
    "timeout": replaced("timeout-minutes: ", "timeout-minutes: about "),
    "environment": replaced("environment: ", "environment: [x] # "),
}


def files():
    random = Random(SEED)
    made = {}
    for number in range(70):
        made[f"{number:03}"] = workflow(random)
    number = 0
    for name, mutate in MUTATIONS.items():
        done = 0
        while done < (9 if mutate in (line_lost, line_twice, line_indented, line_outdented, character_lost, cut) else 2):
            text = mutate(random, workflow(random))
            if text is None:
                continue
            made[f"{name}-{done}"] = text
            done += 1
    return made
