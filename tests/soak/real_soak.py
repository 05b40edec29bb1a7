#!/usr/bin/env python3
"""Deploys to a real sandbox whose dynos are real processes, by real git and by source archives, with
kill -9 of dynos and of the sandbox at random: no release that a client was told of is lost, the state
is consistent, and no process is left behind. real_soak.py PROGRAM [--deploys N] [--seed N]"""
import argparse
import io
import os
import random
import re
import signal
import subprocess
import tarfile
import time

from sandbox_process import Sandbox, left_of, processes_of, temporary_folder

# It starts a process that leaves its group and its session, as daemons do.
APP = b"""
import http.server, os, subprocess
subprocess.Popen(["sleep", "100000"], start_new_session=True, cwd="/")
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
        self.wfile.write(os.environ["HEROKU_RELEASE_VERSION"].encode())
    def log_message(self, *arguments): pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Answer).serve_forever()
"""
problems = []


def expect(truth, text):
    if not truth:
        problems.append(text)
        print("WRONG: " + text, flush=True)


PROCFILE = b"web: exec python3 app.py\n"
# What is deployed, by its files. Nobody builds the last.
KINDS = {
    "plain": {"Procfile": PROCFILE},
    "phase": {"Procfile": PROCFILE + b"release: sleep 0.2\n"},
    "bad phase": {"Procfile": PROCFILE + b"release: exit 1\n"},
    "no code": {},
}


def archive(files):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo("top/" + name)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
    return content.getvalue()


class Soak:
    def __init__(self, sandbox, seed):
        self.sandbox, self.random = sandbox, random.Random(seed)
        self.told = {"one": {}, "two": {}}
        self.wanted = {"one": {}, "two": {}}  # config vars, and the quantity of web dynos
        self.deploys = self.pushes = self.succeeded = self.kills = self.dyno_kills = 0
        for app in self.told:
            folder = self.clone_of(app)
            self.run_git(app, "init", "--quiet", "--initial-branch=main", folder)
            self.run_git(app, "remote", "add", "heroku",
                     f"http://:heroku-ada@127.0.0.1:{sandbox.ports['heroku']}/{app}.git")

    def clone_of(self, app):
        return f"{self.sandbox.folder}-clones/{app}"

    def git(self, app, *words, cwd=None):
        environment = dict(os.environ, GIT_CONFIG_GLOBAL="/dev/null", GIT_TERMINAL_PROMPT="0",
                           GIT_AUTHOR_NAME="Ada", GIT_AUTHOR_EMAIL="ada@shop.example",
                           GIT_COMMITTER_NAME="Ada", GIT_COMMITTER_EMAIL="ada@shop.example")
        return subprocess.Popen(["git", *words], cwd=cwd or self.clone_of(app), env=environment,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run_git(self, app, *words):
        process = self.git(app, *words)
        text = process.communicate(timeout=60)[0]
        expect(process.returncode == 0, f"git {words}: {text}")
        return text.strip()

    def restart(self):
        self.sandbox.kill()
        self.kills += 1
        left = left_of(self.sandbox.folder)
        expect(not left, f"left by kill {self.kills}: {left}")
        self.sandbox.start()

    def kill_after(self, answers):
        """In the middle of something: when it has answered so many questions beside it."""
        for _ in range(answers):
            self.sandbox.ask("GET", "/sandbox/state")
        self.restart()

    def releases(self, app):
        status, releases = self.sandbox.ask("GET", f"/apps/{app}/releases",
                                            headers={"Range": "version ..; max=1000"})
        expect(status in (200, 206), f"{app}: releases {status} {releases}")
        return releases

    def look(self, app):
        """What is shown now must be there for ever."""
        releases = self.releases(app)
        versions = [one["version"] for one in releases]
        expect(versions == list(range(1, len(versions) + 1)), f"{app}: versions {versions}")
        there = {one["version"]: one["id"] for one in releases}
        for version, name in self.told[app].items():
            expect(there.get(version) == name, f"{app}: v{version} was {name}")
        self.told[app] = there
        good = [one["version"] for one in releases if one["status"] == "succeeded"]
        current = [one["version"] for one in releases if one["current"]]
        expect(current == good[-1:], f"{app}: current are {current}, the good ones {good}")
        return releases

    def deploy(self, app, killed_after):
        """With a number of answers after which the sandbox is killed in the middle of it."""
        self.deploys += 1
        kind = self.random.choices(list(KINDS), [6, 2, 1, 1])[0]
        files = dict(KINDS[kind], **{"app.py": APP, "number": str(self.deploys).encode()})
        if self.random.random() < 0.7:
            self.push(app, files, kind, killed_after)
        else:
            self.upload(app, files, kind, killed_after)

    def push(self, app, files, kind, killed_after):
        for name in set(os.listdir(self.clone_of(app))) - {".git"} - set(files):
            os.remove(f"{self.clone_of(app)}/{name}")
        for name, text in files.items():
            with open(f"{self.clone_of(app)}/{name}", "wb") as file:
                file.write(text)
        self.run_git(app, "add", "--all")
        self.run_git(app, "commit", "--quiet", "--message", f"Deploy {self.deploys}")
        commit = self.run_git(app, "rev-parse", "HEAD")
        process = self.git(app, "push", "--force", "heroku", "main")
        if killed_after is not None:
            self.kill_after(killed_after)
        said = process.communicate(timeout=60)[0]
        self.pushes += 1
        if killed_after is None:
            expect((process.returncode == 0) == (kind != "no code"), f"{kind}: git push says {said}")
        self.succeeded += process.returncode == 0
        released = re.search(r"Released v(\d+)", said)
        expect(released or process.returncode != 0, f"a good push without a release: {said}")
        if released:
            made = {one["version"]: one for one in self.releases(app)}.get(int(released[1]))
            expect(made and made["description"] == f"Deploy {commit[:8]}",
                   f"{app}: v{released[1]} of a push is lost: {made}")

    def upload(self, app, files, kind, killed_after):
        status, source = self.sandbox.ask("POST", "/sources")
        if status != 201:
            return expect(False, f"POST /sources: {status}")
        blob = source["source_blob"]
        status, text = self.sandbox.ask("PUT", blob["put_url"], archive(files))
        expect(status == 200, f"PUT of a source: {status} {text}")
        status, build = self.sandbox.ask("POST", f"/apps/{app}/builds", {
            "source_blob": {"url": blob["get_url"], "version": str(self.deploys)}})
        if status != 201:
            return expect(False, f"POST builds: {status} {build}")
        if killed_after is not None:
            self.kill_after(killed_after)
        path = f"/apps/{app}/builds/{build['id']}"
        # The output ends when the build does.
        output = self.sandbox.ask("GET", build["output_stream_url"], timeout=60)[1]
        status, build = self.sandbox.ask("GET", path)
        if status != 200:
            expect(False, f"GET {path}: {status} {build}")
            raise SystemExit(open(self.sandbox.folder + "/sandbox.log").read()[-3000:])
        expect(build["status"] != "pending", f"build {build['id']} does not end: {output}")
        good = build["status"] == "succeeded"
        self.succeeded += good
        expect(good == (kind != "no code") or killed_after is not None, f"{kind}: {path}: {output}")
        expect(good == (build["release"] is not None), f"{path}: {build}")
        if good:
            self.look(app)
            expect(build["release"]["id"] in self.told[app].values(), f"{path}: its release is lost")

    def change(self, app):
        """Something besides a deploy, and now and then a kill as soon as it is answered."""
        what = self.random.random()
        if what < 0.3:
            quantity = self.random.randint(0, 2)
            status = self.sandbox.ask("PATCH", f"/apps/{app}/formation/web", {"quantity": quantity})[0]
            if status == 200:
                self.wanted[app]["web"] = quantity
        elif what < 0.6:
            value = str(self.deploys)
            status = self.sandbox.ask("PATCH", f"/apps/{app}/config-vars", {"A": value})[0]
            expect(status == 200, f"{app}: config {status}")
            self.wanted[app]["A"] = value
        else:
            good = [one for one in self.look(app) if one["slug"] and one["status"] == "succeeded"]
            if not good:
                return
            target = self.random.choice(good)
            # A rollback copies the config vars of that release too, not its code alone.
            status, config = self.sandbox.ask("GET", f"/apps/{app}/releases/{target['id']}/config-vars")
            expect(status == 200, f"{app}: config of v{target['version']} {status}")
            status, made = self.sandbox.ask("POST", f"/apps/{app}/releases", {"release": target["id"]})
            expect(status == 201, f"{app}: rollback {status} {made}")
            self.wanted[app]["A"] = config.get("A")
            self.told[app][made["version"]] = made["id"]
        if self.random.random() < 0.2:
            self.restart()

    def kill_a_dyno(self):
        dynos = [pid for pid, command in processes_of(self.sandbox.folder).items()
                 if command.startswith("python3 app.py")]
        if dynos:
            os.kill(self.random.choice(dynos), signal.SIGKILL)
            self.dyno_kills += 1

    def run(self, deploys):
        while self.deploys < deploys:
            app = self.random.choice(["one", "two"])
            chance = self.random.random()
            self.deploy(app, self.random.randint(0, 600) if chance < 0.25 else None)
            if self.random.random() < 0.4:
                self.kill_a_dyno()
            if self.random.random() < 0.4:
                self.change(app)
            self.look(app)

    def serves(self, app):
        """The version that the router's answer names; 0: nothing answers."""
        url = self.sandbox.ask("GET", f"/apps/{app}")[1]["web_url"]
        host = re.match(r"http://([^:/]+)", url)[1]
        router = f"http://127.0.0.1:{self.sandbox.ports['router']}/"
        status, text = self.sandbox.ask("GET", router, headers={"Host": host})
        return int(str(text).lstrip("v")) if status == 200 else 0

    def settled(self, app):
        current = [one for one in self.releases(app) if one["current"]][0]
        formation = self.sandbox.ask("GET", f"/apps/{app}/formation")[1]
        dynos = self.sandbox.ask("GET", f"/apps/{app}/dynos")[1]
        web = sum(one["quantity"] for one in formation)
        return (len(dynos) == web and all(one["state"] == "up" for one in dynos)
                and all(one["release"]["id"] == current["id"] for one in dynos)
                and self.serves(app) == (current["version"] if web else 0))

    def check(self, app):
        # A dyno that was killed again and again waits for up to some hours: its time is let go by.
        for _ in range(12):
            if any(self.settled(app) for _ in range(500)):
                break
            self.sandbox.landfall("time", "advance", "30m")
        expect(self.settled(app), f"{app}: {self.sandbox.ask('GET', f'/apps/{app}/dynos')[1]}")
        expect(all(one["status"] != "pending" for one in self.look(app)), f"{app}: a release has not ended")
        builds = self.sandbox.ask("GET", f"/apps/{app}/builds")[1]
        expect(all(one["status"] != "pending" for one in builds), f"{app}: a build has not ended")
        config = self.sandbox.ask("GET", f"/apps/{app}/config-vars")[1]
        expect(config.get("A") == self.wanted[app].get("A"), f"{app}: {config}, set {self.wanted[app]}")
        formation = self.sandbox.ask("GET", f"/apps/{app}/formation")[1]
        if "web" in self.wanted[app]:
            expect(formation[0]["quantity"] == self.wanted[app]["web"], f"{app}: {formation}")

    def push_over_leftovers(self):
        """A git that was killed while it moved a branch leaves its lock."""
        self.sandbox.kill()
        for app in self.told:
            store = self.sandbox.data + "/git/heroku"
            for repository in os.listdir(store):
                open(f"{store}/{repository}/refs/heads/main.lock", "w").close()
        self.sandbox.start()
        for app in self.told:
            self.push(app, {"Procfile": PROCFILE, "app.py": APP, "number": b"last"}, "plain", None)

    def count_dynos(self):
        """As many processes as there are dynos, and the daemon of each."""
        dynos = sum(len(self.sandbox.ask("GET", f"/apps/{app}/dynos")[1]) for app in self.told)
        commands = [command.split()[0] for command in processes_of(self.sandbox.folder).values() if command]
        return commands.count("python3") == dynos and commands.count("sleep") == dynos


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--deploys", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    began = time.monotonic()
    with temporary_folder() as parent:
        folder = parent + "/sandbox"
        os.makedirs(folder)
        for app in ("one", "two"):
            os.makedirs(f"{folder}-clones/{app}")
        sandbox = Sandbox(options.program, folder)
        sandbox.start()
        soak = Soak(sandbox, options.seed)
        try:
            soak.run(options.deploys)
            soak.restart()
            soak.push_over_leftovers()
            for app in soak.told:
                soak.check(app)
            expect(any(soak.count_dynos() for _ in range(500)), f"not one process a dyno: {processes_of(folder)}")
            running = len(processes_of(folder))
            expect(sandbox.stop() == 0, "Ctrl-C does not end it well")
        finally:
            if sandbox.process.poll() is None:
                sandbox.kill()
        left = left_of(folder)
        expect(not left, f"left: {left}")
    print(f"{soak.deploys} deploys ({soak.pushes} pushes), {soak.succeeded} succeeded, {soak.kills} kills of the sandbox, "
          f"{soak.dyno_kills} of dynos, {running} processes at the end, "
          f"{time.monotonic() - began:.0f} s, {len(problems)} problems")
    raise SystemExit(1 if problems else 0)


main()
