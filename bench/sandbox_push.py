"""From `git push` to the first answer of the pushed commit, for the example app (examples/raxx)."""
import http.client
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time

EXAMPLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "examples", "raxx")
APP = "raxx-api-prod"
HOST = "raxx-api-prod-a60a19e5efbf.localhost"
TOKEN = "raxx-heroku-sre"
PATIENCE = 60


class Sandbox:
    def __init__(self, program, folder):
        self.process = subprocess.Popen([program, "sandbox", "--world", f"{folder}/raxx/world.yaml"],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.process.stdout:
            if found := re.search(r"Heroku API\s+http://127.0.0.1:(\d+)", line):
                self.heroku = int(found[1])
            if found := re.search(r"apps\s+http://\S*:(\d+)/", line):
                self.router = int(found[1])
            if line.startswith("Ctrl-C"):
                return
        sys.exit("the sandbox of the example does not come up")

    def commit(self):
        """The one that answers now, or None."""
        connection = http.client.HTTPConnection("127.0.0.1", self.router, timeout=PATIENCE)
        connection.request("GET", "/health", headers={"Host": HOST})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return json.loads(body)["commit"] if answer.status == 200 else None

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.process.stdout.close()


class Repository:
    def __init__(self, folder):
        self.folder = folder
        who = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER")
               for part, value in (("NAME", "bench"), ("EMAIL", "bench@raxx.example"))}
        self.environment = dict(os.environ, GIT_TERMINAL_PROMPT="0", GIT_CONFIG_NOSYSTEM="1",
                                GIT_CONFIG_GLOBAL="/dev/null", **who)
        self.git("init", "-q", "-b", "main")

    def git(self, *words):
        done = subprocess.run(["git", "-C", self.folder, *words], env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            sys.exit(f"git {' '.join(words)}:\n{done.stdout}")
        return done.stdout.strip()

    def commit(self, number):
        with open(f"{self.folder}/README.md", "a") as file:
            file.write(f"{number}\n")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", f"Change {number}")
        return self.git("rev-parse", "HEAD")


def seconds(program, folder, pushes):
    """The slowest push: the first starts an app that had no code, the others replace what runs."""
    shutil.copytree(EXAMPLE, f"{folder}/raxx")
    shutil.copytree(f"{EXAMPLE}/repo", f"{folder}/pushed")
    repository = Repository(f"{folder}/pushed")
    subprocess.run(["git", "init", "-q", "--bare", f"{folder}/bare"], check=True, env=repository.environment)
    sandbox = Sandbox(program, folder)
    served, told, plain = [], [], []
    try:
        for number in range(pushes):
            wanted = repository.commit(number)
            begin = time.perf_counter()
            repository.git("push", "-q", f"http://bench:{TOKEN}@127.0.0.1:{sandbox.heroku}/{APP}.git", "main")
            told.append(time.perf_counter() - begin)
            while sandbox.commit() != wanted:
                if time.perf_counter() - begin > PATIENCE:
                    sys.exit("what was pushed is not served")
                time.sleep(0.005)
            served.append(time.perf_counter() - begin)
            begin = time.perf_counter()
            repository.git("push", "-q", f"{folder}/bare", "main")
            plain.append(time.perf_counter() - begin)
    finally:
        sandbox.end()
    print(f"git push of examples/raxx, build included ({pushes} times): git is back after "
          f"{statistics.median(told):.2f} s, the commit is served after {statistics.median(served):.2f} s "
          f"(first {served[0]:.2f}, slowest {max(served):.2f}); a push to a folder takes {statistics.median(plain):.2f} s")
    return max(served)
