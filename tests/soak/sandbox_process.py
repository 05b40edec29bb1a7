"""A `landfall sandbox` process for tests, and short words for what they do with it."""
import contextlib
import json
import os
import re
import select
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request

WORLD = """\
users: {ada: {id: 11, email: ada@shop.example}}
tokens: {heroku-ada: {service: heroku, user: ada}, github-ada: {service: github, user: ada, role: admin}}
heroku:
  build_takes: 100ms
  apps:
    one: {created_at: 2026-01-22T06:53:00Z, owner: ada, features: [runtime-dyno-metadata]}
    two: {created_at: 2026-01-22T06:53:00Z, owner: ada, features: [runtime-dyno-metadata]}
github:
  repositories:
    acme/shop: {created_at: 2026-01-01T00:00:00Z}
"""


class Sandbox:
    """Killed or ended with it: everything that it started."""

    def __init__(self, program, folder, world=WORLD, data=True):
        self.program, self.folder, self.world = program, folder, world
        self.data = folder + "/data" if data else None
        self.ports = {}
        self.process = None
        with open(folder + "/world.yaml", "w") as file:
            file.write(world)

    def start(self):
        words = [self.program, "sandbox", "--world", self.folder + "/world.yaml"]
        if self.data:
            words += ["--data", self.data]
        for name, port in self.ports.items():
            words += [f"--{name}-port", str(port)]
        # Marked, so that what it leaves behind can be told from other processes.
        environment = dict(os.environ, LANDFALL_SOAK=self.folder + "/", TMPDIR=self.folder)
        self.log = open(self.folder + "/sandbox.log", "ab")
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=self.log,
                                        env=environment, text=True, restore_signals=False)
        self.variables = {}
        for line in self.process.stdout:
            found = re.match(r"export (\w+)=(.*)", line)
            if found:
                self.variables[found[1]] = found[2]
            if line.startswith("  apps"):
                self.ports["router"] = int(re.search(r":(\d+)/", line)[1])
            if line.startswith("Ctrl-C"):
                break
        if "HEROKU_HOST" not in self.variables:
            raise SystemExit("the sandbox did not start:\n" + open(self.folder + "/sandbox.log").read())
        self.heroku = self.variables["HEROKU_HOST"]
        self.github = self.variables["GITHUB_API_URL"]
        self.ports["heroku"] = int(self.heroku.rsplit(":", 1)[1])
        self.ports["github"] = int(self.github.rsplit(":", 1)[1])

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        try:
            code = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        self.process.stdout.close()
        return code

    def ask(self, method, path, body=None, headers=None, timeout=30):
        """(status, JSON or text); (0, why) if nothing came."""
        url = path if path.startswith("http") else self.heroku + path
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        request = urllib.request.Request(url, data=data, method=method)
        request.add_header("Accept", "application/vnd.heroku+json; version=3")
        request.add_header("Authorization", "Bearer heroku-ada")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, parsed(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, parsed(error.read())
        except (OSError, ValueError) as error:
            return 0, str(error)
        except Exception as error:  # http.client's own: a broken answer
            return 0, repr(error)

    def landfall(self, *words):
        return subprocess.run([self.program, "sandbox", *words, "--sandbox", self.heroku],
                              capture_output=True, text=True, timeout=60)


def parsed(content):
    try:
        return json.loads(content)
    except ValueError:
        return content.decode(errors="replace")


def processes_of(folder):
    """Processes with the mark of a sandbox, or a command line or folder below it: pid to command."""
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        if int(pid) == os.getpid():
            continue
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                marked = folder.encode() + b"/" in file.read()
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                command = file.read().replace(b"\0", b" ").decode(errors="replace")
            below = os.readlink(f"/proc/{pid}/cwd").startswith(folder + "/")
        except OSError:
            continue
        if marked or below or folder + "/" in command:
            found[int(pid)] = command
    return found


def left_of(folder, patience=10):
    """What does not end of it, though each of its processes is waited for so many seconds."""
    for pid in processes_of(folder):
        with contextlib.suppress(ProcessLookupError):
            process = os.pidfd_open(pid)
            select.select([process], [], [], patience)
            os.close(process)
    return processes_of(folder)


def temporary_folder():
    return tempfile.TemporaryDirectory(prefix="landfall-soak-")
