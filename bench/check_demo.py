#!/usr/bin/env python3
"""`landfall check` in the demo's world: wall time with start, and the most memory it held.

usage: check_demo.py PATH-OF-LANDFALL. Starts a sandbox, asks once to fill the database, then
measures. Prints; judges nothing.
"""
import os
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

program = os.path.abspath(sys.argv[1])
example = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "examples", "raxx")

with tempfile.TemporaryDirectory() as folder:
    world = os.path.join(folder, "raxx")
    shutil.copytree(example, world)
    sandbox = subprocess.Popen([program, "sandbox", "--world", "world.yaml"], cwd=world,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    environment = dict(os.environ)
    for line in sandbox.stdout:
        if line.startswith("export "):
            name, value = line[len("export "):].strip().split("=", 1)
            environment[name] = value
        if line.startswith("Ctrl-C"):
            break
    for line in sandbox.stderr:
        if line.rstrip().endswith("web.1: up"):
            break
    check = [program, "check"]
    walls = []
    for _ in range(11):
        start = time.monotonic()
        done = subprocess.run(check, cwd=world, env=environment, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
        walls.append((time.monotonic() - start) * 1000)
        assert done.returncode == 1, done.returncode
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"landfall check, first time                   {walls[0]:8.1f} ms wall")
    print(f"landfall check, median of the next ten       {statistics.median(walls[1:]):8.1f} ms wall")
    print(f"most memory of any of them                   {memory:8.1f} MB resident")
    sandbox.send_signal(signal.SIGTERM)
    sandbox.communicate()
