#!/usr/bin/env python3
"""`landfall watch` beside Prometheus with blackbox_exporter, on the same loopback targets.

usage: watch.py PATH-OF-LANDFALL [--targets N] [--every SECONDS] [--rounds N] [--no-peers] [--keep FOLDER]

Every target is a URL of one nginx. landfall watches apps of its own sandbox, which are expected to be
empty, so that it asks and judges as for any app: its checks and its history are in what is measured.
CPU is what a process used (/proc/PID/stat) while the probes of some rounds were made, divided by the
probes that nginx counted in that time. Prometheus and blackbox_exporter are Debian's, unpacked into a
folder and run from there. Then some targets break at random instants, and how long each alert takes to
pend is compared with the interval. Prints; exits 1 where landfall misses a limit.
"""
import argparse
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

TICKS = os.sysconf("SC_CLK_TCK")
LIMITS = {"CPU of Prometheus": 1 / 15, "memory of Prometheus": 1 / 8, "MB": 150, "cores": 0.5,
          "ms late": 100}
BROKEN = 40

NGINX = """daemon off;
worker_processes 1;
pid FOLDER/nginx.pid;
error_log stderr crit;
events { worker_connections 4096; }
http {
  log_format probe '$msec $uri $http_user_agent';
  access_log FOLDER/access.log probe;
  keepalive_timeout 0;
  client_body_temp_path FOLDER/tmp;
  proxy_temp_path FOLDER/tmp;
  fastcgi_temp_path FOLDER/tmp;
  uwsgi_temp_path FOLDER/tmp;
  scgi_temp_path FOLDER/tmp;
  server {
    listen 127.0.0.1:PORT backlog=4096;
    default_type application/json;
    location / { root FOLDER/broken; try_files $uri @well; }
    location @well { return 200 '{"status":"ok"}'; }
    location /apps/ { root FOLDER/heroku; try_files $uri.json =404; }
  }
}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url, tries=1):
    for left in range(tries, 0, -1):
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.read().decode()
        except OSError:
            if left == 1:
                raise
            time.sleep(0.05)


class Process:
    """One that is ended with the bench, and measured while it runs."""
    running = []

    def __init__(self, command, log, env=None):
        self.child = subprocess.Popen(command, stdout=open(log, "w"), stderr=subprocess.STDOUT,
                                      stdin=subprocess.DEVNULL, env=env, start_new_session=True)
        self.log = log
        Process.running.append(self)

    def cpu(self):
        with open(f"/proc/{self.child.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def megabytes(self):
        with open(f"/proc/{self.child.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024

    def end(self):
        if self.child.poll() is None:
            os.killpg(self.child.pid, signal.SIGTERM)
            try:
                self.child.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.child.pid, signal.SIGKILL)
        Process.running.remove(self)

    @staticmethod
    def end_all():
        for one in list(Process.running):
            one.end()


class Targets:
    """nginx; a target is broken by a folder of its name, for which nginx answers otherwise."""

    def __init__(self, folder, count):
        self.folder, self.port, self.count = folder, free_port(), count
        for name in ("tmp", "broken", "heroku"):
            os.makedirs(os.path.join(folder, name))
        config = os.path.join(folder, "nginx.conf")
        with open(config, "w") as file:
            file.write(NGINX.replace("FOLDER", folder).replace("PORT", str(self.port)))
        self.process = Process(["nginx", "-p", folder, "-c", config], os.path.join(folder, "nginx.out"))
        get(f"http://127.0.0.1:{self.port}/", tries=100)

    def url(self, number):
        return f"http://127.0.0.1:{self.port}/app-{number}"

    def say(self, path, text):
        """What Heroku says."""
        file = os.path.join(self.folder, "heroku" + path + ".json")
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "w") as to:
            to.write(text)

    def answered(self):
        with open(os.path.join(self.folder, "access.log")) as file:
            return sum(1 for line in file if " /app-" in line)

    def break_one(self, number):
        folder = os.path.join(self.folder, "broken", f"app-{number}")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "health"), "w") as file:
            file.write('{"status":"down"}')


class Measured:
    def __init__(self, processes, probes, cpu, seconds):
        self.probes = probes
        self.per_thousand = cpu / max(probes, 1) * 1000
        self.cores = cpu / seconds
        self.megabytes = sum(process.megabytes() for process in processes)


def measured(processes, targets, seconds):
    before, cpu, start = targets.answered(), sum(p.cpu() for p in processes), time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - start
    return Measured(processes, targets.answered() - before, sum(p.cpu() for p in processes) - cpu, took)


def row(name, seen, note=""):
    print(f"{name:<34}{seen.per_thousand:>12.3f}{seen.cores:>10.3f}{seen.megabytes:>10.1f}"
          f"{seen.probes:>10,}  {note}".rstrip(), flush=True)


WORLD = """clock: {now}
users: {{ada: {{id: 11, email: ada@shop.example}}}}
tokens:
  ada-heroku: {{service: heroku, user: ada}}
  ada-github: {{service: github, user: ada, role: admin}}
heroku:
  apps:
    app-0:
      created_at: {created}
      owner: ada
      formation: {{web: 1}}
      releases:
        - {{at: {created}, description: Initial release}}
        - at: {created}
          description: Deploy {sha}
          code: {{folder: code, commit: {sha}}}
github:
  repositories:
    acme/bench:
      created_at: {created}
      commits:
        - {{sha: {sha}, at: {created}, by: ada, title: All of it, folder: code}}
"""
SHA = "1b9d6bcd1f2a3c4e5d6f708192a3b4c5d6e7f809"
ASKED = ["", "/releases", "/formation", "/dynos", "/builds", "/domains", "/config-vars"]


def instant(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class Sandbox:
    """One app that runs, and its repository: what it says of the app, nginx says of each."""

    def __init__(self, program, folder):
        os.makedirs(os.path.join(folder, "code"))
        with open(os.path.join(folder, "code", "Procfile"), "w") as file:
            file.write("web: python3 -m http.server --bind 127.0.0.1 $PORT\n")
        with open(os.path.join(folder, "world.yaml"), "w") as file:
            file.write(WORLD.format(now=instant(time.time()), created=instant(time.time() - 86400), sha=SHA))
        self.heroku, self.github = free_port(), free_port()
        self.process = Process([program, "sandbox", "--world", os.path.join(folder, "world.yaml"), "--heroku-port",
                                str(self.heroku), "--github-port", str(self.github)],
                               os.path.join(folder, "sandbox.out"))
        get(f"http://127.0.0.1:{self.heroku}/schema", tries=600)
        while '"up"' not in self.ask("/apps/app-0/dynos"):
            time.sleep(0.1)

    def ask(self, path):
        request = urllib.request.Request(f"http://127.0.0.1:{self.heroku}{path}",
                                         headers={"Accept": "application/vnd.heroku+json; version=3",
                                                  "Authorization": "Bearer ada-heroku"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()

    def copy_to(self, targets):
        for path in ASKED:
            text = self.ask("/apps/app-0" + path)
            for number in range(targets.count):
                targets.say(f"/apps/app-{number}{path}", text.replace("app-0", f"app-{number}"))
        for release in json.loads(self.ask("/apps/app-0/releases")):
            if release["slug"]:
                slug = f"/slugs/{release['slug']['id']}"
                text = self.ask("/apps/app-0" + slug)
                for number in range(targets.count):
                    targets.say(f"/apps/app-{number}{slug}", text)


def watcher(program, folder, targets, every):
    """The process of `landfall watch`, and its port, when it has judged all targets once."""
    sandbox = Sandbox(program, folder)
    sandbox.copy_to(targets)
    with open(os.path.join(folder, "landfall.yaml"), "w") as file:
        file.write("organisation: bench\nrepository: acme/bench\nservices:\n")
        for number in range(targets.count):
            file.write(f"  app-{number}:\n    environments:\n      production:\n        app: app-{number}\n"
                       f"        origin: {targets.url(number)}\n"
                       "        health: {path: /health, body: '\"ok\"'}\n")
    env = dict(os.environ, HEROKU_API_KEY="ada-heroku", HEROKU_HOST=f"http://127.0.0.1:{targets.port}",
               GITHUB_TOKEN="ada-github", GITHUB_API_URL=f"http://127.0.0.1:{sandbox.github}")
    port = free_port()
    watch = Process([program, "watch", "--config", os.path.join(folder, "landfall.yaml"), "--port", str(port),
                     "--probe-every", f"{every}s", "--ask-every", "1d", "--github-every", "1d"],
                    os.path.join(folder, "watch.out"), env)
    while "ready" not in get(f"http://127.0.0.1:{port}/readyz", tries=600):
        time.sleep(0.2)
    return watch, port


def peers(folder, targets, every):
    """Prometheus and blackbox_exporter, as their documents set them up."""
    packages = os.path.join(folder, "packages")
    os.makedirs(packages)
    subprocess.run(["apt-get", "download", "-q", "prometheus", "prometheus-blackbox-exporter"], cwd=packages, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for name in os.listdir(packages):
        subprocess.run(["dpkg-deb", "-x", os.path.join(packages, name), packages], check=True)
    exporter, prometheus = free_port(), free_port()
    with open(os.path.join(folder, "blackbox.yml"), "w") as file:
        file.write("modules:\n  http_2xx:\n    prober: http\n    http:\n"
                   "      fail_if_body_not_matches_regexp: ['\"ok\"']\n      preferred_ip_protocol: ip4\n")
    with open(os.path.join(folder, "targets.json"), "w") as file:
        json.dump([{"targets": [targets.url(n) + "/health" for n in range(targets.count)]}], file)
    with open(os.path.join(folder, "prometheus.yml"), "w") as file:
        file.write(f"global: {{scrape_interval: {every}s, scrape_timeout: {every}s}}\n"
                   "scrape_configs:\n- job_name: probe\n  metrics_path: /probe\n  params: {module: [http_2xx]}\n"
                   f"  file_sd_configs: [{{files: [{folder}/targets.json]}}]\n"
                   "  relabel_configs:\n"
                   "  - {source_labels: [__address__], target_label: __param_target}\n"
                   "  - {source_labels: [__param_target], target_label: instance}\n"
                   f"  - {{target_label: __address__, replacement: '127.0.0.1:{exporter}'}}\n")
    binaries = os.path.join(packages, "usr", "bin")
    return [Process([os.path.join(binaries, "prometheus-blackbox-exporter"), f"--config.file={folder}/blackbox.yml",
                     f"--web.listen-address=127.0.0.1:{exporter}", "--log.level=error"], os.path.join(folder, "blackbox.out")),
            Process([os.path.join(binaries, "prometheus"), f"--config.file={folder}/prometheus.yml",
                     f"--web.listen-address=127.0.0.1:{prometheus}", f"--storage.tsdb.path={folder}/data",
                     "--log.level=error"], os.path.join(folder, "prometheus.out"))]


def lateness(targets, log, every):
    """Breaks targets at random instants: by how many ms more than the interval each began to pend later."""
    broken, seen = {}, {}
    with open(log) as lines:
        lines.seek(0, os.SEEK_END)
        order = random.sample(range(targets.count), min(BROKEN, targets.count // 3))
        due = sorted(time.time() + random.uniform(0, 2 * every) for _ in order)
        while len(seen) < len(order) and time.time() < due[-1] + 3 * every:
            while len(broken) < len(order) and due[len(broken)] <= time.time():
                number = order[len(broken)]
                targets.break_one(number)
                broken[f"app-{number}/production"] = time.time()
            for line in lines.readlines():
                words = line.split()
                if "pending" in words and words[3] in broken:
                    seen.setdefault(words[3], time.time())
            time.sleep(0.002)
    if len(seen) < len(order):
        sys.exit(f"{len(order) - len(seen)} of {len(order)} broken targets were never found")
    return [(seen[name] - broken[name] - every) * 1000 for name in seen]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--targets", type=int, default=1000)
    parser.add_argument("--every", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--keep", default="")
    return parser.parse_args()


def ours(program, folder, targets, asked, missed):
    watch, _ = watcher(program, folder, targets, asked.every)
    time.sleep(2 * asked.every)
    seen = measured([watch], targets, asked.rounds * asked.every)
    late = sorted(lateness(targets, watch.log, asked.every))
    row("landfall watch", seen, f"pending at most {late[-1]:+.0f} ms after an interval")
    watch.end()
    if seen.megabytes > LIMITS["MB"]:
        missed.append(f"{seen.megabytes:.0f} MB")
    if seen.cores > LIMITS["cores"]:
        missed.append(f"{seen.cores:.2f} cores")
    if late[-1] > LIMITS["ms late"]:
        missed.append(f"{late[-1]:.0f} ms late")
    return seen


def main():
    asked = arguments()
    folder = asked.keep or tempfile.mkdtemp(prefix="landfall-bench-watch-")
    os.makedirs(folder, exist_ok=True)
    missed = []
    targets = Targets(folder, asked.targets)
    print(f"{asked.targets:,} targets, each asked every {asked.every} s\n"
          f"{'':<34}{'CPU s/1000':>12}{'cores':>10}{'MB':>10}{'probes':>10}", flush=True)
    seen = ours(os.path.abspath(asked.program), folder, targets, asked, missed)
    if not asked.no_peers:
        them = peers(folder, targets, asked.every)
        time.sleep(2 * asked.every)
        theirs = measured(them, targets, asked.rounds * asked.every)
        row("Prometheus and blackbox_exporter", theirs)
        for what, part in (("CPU", seen.per_thousand / theirs.per_thousand),
                           ("memory", seen.megabytes / theirs.megabytes)):
            limit = LIMITS[f"{what} of Prometheus"]
            print(f"  {what}: 1/{1 / part:.1f} of theirs, at most 1/{1 / limit:.0f}")
            if part > limit:
                missed.append(f"1/{1 / part:.1f} of the {what}")
    if not asked.keep:
        shutil.rmtree(folder, ignore_errors=True)
    if missed:
        sys.exit("missed: " + ", ".join(missed))


if __name__ == "__main__":
    # What it has started ends with it, however it ends.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        main()
    finally:
        Process.end_all()
