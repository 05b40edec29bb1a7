"""The corpus of the conformance test: workflow files and expressions, made for the purpose.

Every file is the same on every run: what is drawn is drawn from a fixed seed.
"""
import json
import os
import shutil

from . import bytes_forms, events, expression_tables, jobs, mutations, steps, top

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def write_corpus(folder):
    """Writes FOLDER/workflows/GROUP/NAME.yml and FOLDER/expressions.json."""
    groups = {"top": top.files(), "events": events.files(), "jobs": jobs.files(), "steps": steps.files(),
              "bytes": bytes_forms.files(), "drawn": mutations.files()}
    for group, files in groups.items():
        os.makedirs(os.path.join(folder, "workflows", group))
        for name, text in files.items():
            data = text if isinstance(text, bytes) else text.encode()
            with open(os.path.join(folder, "workflows", group, name + ".yml"), "wb") as file:
                file.write(data)
    shutil.copytree(os.path.join(HERE, "hand"), os.path.join(folder, "workflows", "hand"))
    with open(os.path.join(folder, "expressions.json"), "w") as file:
        file.write(expression_tables.text())
