#!/usr/bin/env python3
"""Deploys to a real sandbox whose dynos are real processes, with kill -9 of dynos and of the sandbox
at random: no release that a client was told of is lost, the state is consistent, and no process is
left behind. real_soak.py PROGRAM [--deploys N] [--seed N]"""
import argparse
import io
import os
import random
import signal
import tarfile
import time

from sandbox_process import Sandbox, processes_of, temporary_folder, wait_until

APP = b"""
import http.server, os
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
        self.wfile.write(os.environ.get("COMMIT", "").encode())
    def log_message(self, *arguments): pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Answer).serve_forever()
"""
problems = []


def expect(truth, text):
    if not truth:
        problems.append(text)
        print("WRONG: " + text, flush=True)


def archive():
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        for name, text in {"app.py": APP, "Procfile": b"web: exec python3 app.py\n"}.items():
            entry = tarfile.TarInfo("top/" + name)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
    return content.getvalue()


class Soak:
    def __init__(self, sandbox, seed):
        self.sandbox, self.random = sandbox, random.Random(seed)
        self.told = {"one": {}, "two": {}}
        self.deploys = self.succeeded = self.kills = self.dyno_kills = 0
        self.source = archive()

    def restart(self):
        self.sandbox.kill()
        self.kills += 1
        gone = wait_until(lambda: not processes_of(self.sandbox.folder), 10)
        expect(gone, f"left by kill {self.kills}: {processes_of(self.sandbox.folder)}")
        self.sandbox.start()

    def look(self, app):
        status, releases = self.sandbox.ask("GET", f"/apps/{app}/releases",
                                            headers={"Range": "version ..; max=1000"})
        if status in (200, 206):
            self.told[app].update({one["version"]: one["id"] for one in releases})

    def deploy(self, app, killed_after):
        """With a number of seconds after which the sandbox is killed in the middle of it."""
        self.deploys += 1
        status, source = self.sandbox.ask("POST", "/sources")
        if status != 201:
            return expect(False, f"POST /sources: {status}")
        blob = source["source_blob"]
        self.sandbox.ask("PUT", blob["put_url"], self.source)
        status, build = self.sandbox.ask("POST", f"/apps/{app}/builds", {
            "source_blob": {"url": blob["get_url"], "version": str(self.deploys)}})
        if status != 201:
            return expect(False, f"POST builds: {status} {build}")
        if killed_after is not None:
            time.sleep(killed_after)
            self.restart()
        path = f"/apps/{app}/builds/{build['id']}"
        ended = wait_until(lambda: self.has_ended(path), 60)
        expect(ended, f"build {build['id']} does not end")
        build = self.sandbox.ask("GET", path)[1]
        self.succeeded += build["status"] == "succeeded"
        expect(build["status"] == "succeeded" or killed_after is not None, f"{path}: {build}")
        if build["status"] == "succeeded":
            self.look(app)
            expect(build["release"]["id"] in self.told[app].values(), f"{path}: its release is lost")

    def has_ended(self, path):
        status, build = self.sandbox.ask("GET", path)
        if status != 200:
            expect(False, f"GET {path}: {status} {build}")
            raise SystemExit(open(self.sandbox.folder + "/sandbox.log").read()[-3000:])
        return build["status"] != "pending"

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
            self.deploy(app, self.random.uniform(0, 1.5) if chance < 0.25 else None)
            if self.random.random() < 0.4:
                self.kill_a_dyno()
            if self.random.random() < 0.2:
                self.sandbox.ask("PATCH", f"/apps/{app}/formation/web",
                                 {"quantity": self.random.randint(0, 2)})
            if self.random.random() < 0.2:
                self.sandbox.ask("PATCH", f"/apps/{app}/config-vars", {"A": str(self.deploys)})
            self.look(app)

    def settled(self, app):
        releases = self.sandbox.ask("GET", f"/apps/{app}/releases",
                                    headers={"Range": "version ..; max=1000"})[1]
        formation = self.sandbox.ask("GET", f"/apps/{app}/formation")[1]
        dynos = self.sandbox.ask("GET", f"/apps/{app}/dynos")[1]
        return (len(dynos) == sum(one["quantity"] for one in formation)
                and all(one["state"] == "up" for one in dynos)
                and all(one["release"]["version"] == releases[-1]["version"] for one in dynos))

    def check(self, app):
        releases = self.sandbox.ask("GET", f"/apps/{app}/releases",
                                    headers={"Range": "version ..; max=1000"})[1]
        versions = [one["version"] for one in releases]
        expect(versions == list(range(1, len(versions) + 1)), f"{app}: versions {versions}")
        there = {one["version"]: one["id"] for one in releases}
        for version, name in self.told[app].items():
            expect(there.get(version) == name, f"{app}: v{version} was {name}")
        current = [one["version"] for one in releases if one["current"]]
        expect(len(current) == 1, f"{app}: current are {current}")
        builds = self.sandbox.ask("GET", f"/apps/{app}/builds")[1]
        expect(all(one["status"] != "pending" for one in builds), f"{app}: a build has not ended")
        # A dyno that was killed again and again waits for up to ten minutes: its time is let go by.
        for _ in range(12):
            if wait_until(lambda: self.settled(app), 10):
                break
            self.sandbox.landfall("time", "advance", "15m")
        expect(self.settled(app), f"{app}: {self.sandbox.ask('GET', f'/apps/{app}/dynos')[1]}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--deploys", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    began = time.monotonic()
    with temporary_folder() as folder:
        sandbox = Sandbox(options.program, folder)
        sandbox.start()
        soak = Soak(sandbox, options.seed)
        try:
            soak.run(options.deploys)
            soak.restart()
            for app in soak.told:
                soak.check(app)
            running = len(processes_of(folder))
            expect(sandbox.stop() == 0, "Ctrl-C does not end it well")
        finally:
            if sandbox.process.poll() is None:
                sandbox.kill()
        expect(wait_until(lambda: not processes_of(folder), 10), f"left: {processes_of(folder)}")
    print(f"{soak.deploys} deploys, {soak.succeeded} succeeded, {soak.kills} kills of the sandbox, "
          f"{soak.dyno_kills} of dynos, {running} processes at the end, "
          f"{time.monotonic() - began:.0f} s, {len(problems)} problems")
    raise SystemExit(1 if problems else 0)


main()
