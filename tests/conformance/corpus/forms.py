"""What the tables share: a small workflow with one thing put into its place.

A table maps names to pieces of YAML. The pieces are written with their own first column at 0.
"""


def indented(text, by):
    pad = " " * by
    return "".join(pad + line + "\n" if line.strip() else "\n" for line in text.strip("\n").split("\n"))


STEPS = "steps:\n  - uses: actions/checkout@v4\n  - run: make test"
JOBS = "jobs:\n  build:\n    runs-on: ubuntu-latest\n" + indented(STEPS, 4)


def of_top(piece):
    """A key beside `on` and `jobs`."""
    return "on: push\n" + piece.strip("\n") + "\n" + JOBS


def of_on(piece):
    """What stands under, or behind, `on:`."""
    if "\n" in piece.strip("\n") or piece.startswith(" "):
        return "on:\n" + indented(piece, 2) + JOBS
    return "on: " + piece + "\n" + JOBS


def of_event(piece):
    """An event as a key of `on`, whatever it is."""
    return "on:\n" + indented(piece, 2) + JOBS


def of_job(piece, runs_on="runs-on: ubuntu-latest"):
    """A key of a job."""
    job = (runs_on + "\n" if runs_on else "") + piece.strip("\n") + "\n"
    if "steps:" not in piece:
        job += STEPS
    return "on: push\njobs:\n  build:\n" + indented(job, 4)


def of_call(piece):
    """A key of a job that calls a workflow."""
    return "on: push\njobs:\n  call:\n    uses: ./.github/workflows/deploy.yml\n" + indented(piece, 4)


def of_jobs(piece):
    """All that stands under `jobs:`."""
    return "on: push\njobs:\n" + indented(piece, 2)


def of_step(piece):
    """A whole step, after one with the id `before`."""
    step = indented(piece, 8)
    return ("on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n"
            "      - id: before\n        run: make\n      - " + step[8:])


def files_of(*tables):
    """One file a row; tables are (prefix, place, rows)."""
    made = {}
    for prefix, place, rows in tables:
        for name, piece in rows.items():
            key = f"{prefix}-{name}"
            assert key not in made, key
            made[key] = place(piece)
    return made
