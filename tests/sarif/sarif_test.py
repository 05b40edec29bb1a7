"""Every SARIF that `landfall audit` writes is valid by the official schema, and points where it says.

usage: sarif_test.py PROGRAM SOURCE
"""

import copy
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse

import jsonschema


def sarif_of(program, folder, *options):
    done = subprocess.run(
        [program, "audit", str(folder), "--output", "sarif", *options],
        capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1, 3), f"{folder}: exit {done.returncode}: {done.stderr}"
    return json.loads(done.stdout)


def regions(result):
    for location in result.get("locations", []) + result.get("relatedLocations", []):
        physical = location["physicalLocation"]
        yield physical["artifactLocation"]["uri"], physical["region"]
    for fix in result.get("fixes", []):
        for change in fix["artifactChanges"]:
            for replacement in change["replacements"]:
                yield change["artifactLocation"]["uri"], replacement["deletedRegion"]


def look_at_places(folder, run):
    """Columns count characters from 1, and the end is one beyond the last."""
    for result in run["results"]:
        for uri, region in regions(result):
            text = (folder / urllib.parse.unquote(uri)).read_bytes().decode("utf-8", "replace")
            lines = text.split("\n")
            for end in ("start", "end"):
                if end + "Line" not in region:
                    continue
                line = lines[region[end + "Line"] - 1]
                column = region.get(end + "Column", 1)
                assert 1 <= column <= len(line) + 1, f"{folder}/{uri}: {region} is beyond {line!r}"


def look_at_rules(run):
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def validate(validator, folder, sarif):
    problems = sorted(validator.iter_errors(sarif), key=str)
    assert not problems, f"{folder}: {problems[0].message} at {list(problems[0].absolute_path)}"
    run = sarif["runs"][0]
    look_at_rules(run)
    look_at_places(folder, run)
    return len(run["results"])


def refuses_what_is_wrong(validator, sarif):
    """A validator that takes everything would prove nothing."""
    wrong = copy.deepcopy(sarif)
    wrong["runs"][0]["results"][0]["level"] = "fatal"
    assert not validator.is_valid(wrong)
    wrong = copy.deepcopy(sarif)
    del wrong["runs"][0]["tool"]
    assert not validator.is_valid(wrong)


def with_baseline(program, folder):
    with tempfile.TemporaryDirectory() as temporary:
        baseline = f"{temporary}/baseline.json"
        subprocess.run([program, "audit", str(folder), "--write-baseline", baseline],
                       check=True, stdout=subprocess.DEVNULL)
        sarif = sarif_of(program, folder, "--baseline", baseline)
        states = {result["baselineState"] for result in sarif["runs"][0]["results"]}
        assert states == {"unchanged"}, states
        return sarif


def main():
    program, source = sys.argv[1], pathlib.Path(sys.argv[2])
    schema = json.loads((source / "tests/sarif/sarif-2.1.0-rtm.5.json").read_text())
    validator = jsonschema.Draft4Validator(schema)
    incident = source / "examples/raxx/repo"
    folders = [incident] + sorted(p for p in (source / "tests/golden/audit").iterdir() if p.is_dir())
    found = 0
    for folder in folders:
        found += validate(validator, folder, sarif_of(program, folder))
    validate(validator, incident, with_baseline(program, incident))
    refuses_what_is_wrong(validator, sarif_of(program, incident))
    print(f"{len(folders)} repositories, {found} results: valid")


if __name__ == "__main__":
    main()
