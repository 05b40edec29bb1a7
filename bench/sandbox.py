#!/usr/bin/env python3
"""`landfall sandbox` beside nginx: the router as a reverse proxy, the API, a push, and idle memory.

usage: sandbox.py PATH-OF-LANDFALL [--rounds N] [--seconds S] [--pushes N] [--no-peers]

Both proxies stand before the same backend, an nginx that runs as a dyno of the sandbox, and take turns
within each round, so that whatever else the machine does befalls both. CPU is what the proxy's own
process used (/proc/PID/stat), per request: the backend's is not in it. Latency is wrk's. Beside the
list of releases stands nginx with the same bytes in a file; beside the push, one to a folder, which
deploys nothing. nginx and wrk are Debian's and are installed if they are missing. Prints; exits 1
where landfall misses a limit.
"""
import argparse
import http.client
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import sandbox_push

CONNECTIONS = 64
TICKS = os.sysconf("SC_CLK_TCK")
LIMITS = {"CPU of nginx": 1.0, "p99 of nginx": 1.5, "ms for 1,000 releases": 5.0, "s from push to 200": 2.0,
          "MB idle with 100 apps": 40.0}
HOST = "bench-000000000000.localhost"

PROCFILE = """web: sed "s/THE_PORT/$PORT/" nginx.conf > run.conf && exec nginx -p . -c run.conf
"""

BACKEND = """daemon off;
master_process off;
pid run.pid;
error_log stderr crit;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_timeout 600s;
  keepalive_requests 100000000;
  client_body_temp_path tmp;
  proxy_temp_path tmp;
  fastcgi_temp_path tmp;
  uwsgi_temp_path tmp;
  scgi_temp_path tmp;
  server {
    listen 127.0.0.1:THE_PORT;
    default_type text/plain;
    location / { return 200 "%s"; }
  }
}
""" % ("0123456789abcde\\n" * 64)

# What Heroku's router adds, nginx is told to add too, and both write a line for each request.
PEER = """daemon off;
worker_processes 1;
user root;
pid {folder}/peer.pid;
error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
  log_format router 'at=info method=$request_method path="$request_uri" host=$host request_id=$request_id '
    'fwd="$proxy_add_x_forwarded_for" connect=$upstream_connect_time service=$upstream_response_time '
    'status=$status bytes=$body_bytes_sent';
  access_log {log};
  keepalive_timeout 600s;
  keepalive_requests 100000000;
  client_body_temp_path {folder}/tmp;
  proxy_temp_path {folder}/tmp;
  fastcgi_temp_path {folder}/tmp;
  uwsgi_temp_path {folder}/tmp;
  scgi_temp_path {folder}/tmp;
  upstream dyno {{
    server 127.0.0.1:{backend};
    keepalive 128;
    keepalive_requests 100000000;
  }}
  server {{
    listen 127.0.0.1:{port};
    location = /releases.json {{ root {folder}; }}
    location / {{
      proxy_pass http://dyno;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Port $server_port;
      proxy_set_header X-Request-Id $request_id;
      proxy_set_header X-Request-Start $msec;
      proxy_set_header Via "1.1 nginx";
      add_header Via "1.1 nginx";
    }}
  }}
}}
"""


def tools():
    missing = [tool for tool in ("nginx", "wrk") if shutil.which(tool) is None]
    if missing:
        packages = {"nginx": "nginx-light", "wrk": "wrk"}
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends"] + [packages[one] for one in missing],
                       check=True, stdout=subprocess.DEVNULL, env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"))


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def world(folder):
    """One app that serves, one with 1,000 releases, 98 more."""
    write(f"{folder}/code/Procfile", PROCFILE)
    write(f"{folder}/code/nginx.conf", BACKEND)
    lines = ["clock: 2026-05-01T12:00:00Z",
             "users:",
             "  ada: {id: 11, email: ada@shop.example}",
             "tokens:",
             "  bench-token: {service: heroku, user: ada}",
             "heroku:",
             "  apps:",
             "    bench:",
             "      created_at: 2026-04-10T10:00:00Z",
             "      owner: ada",
             "      host: bench-000000000000",
             "      formation: {web: 1}",
             "      releases:",
             "        - {at: 2026-04-10T10:00:00Z, description: Initial release}",
             "        - at: 2026-04-15T08:00:00Z",
             "          description: Deploy 3af5b0dc",
             "          code: {folder: code, commit: 3af5b0dc4aaec8597d6b377ff01fa9d479a50128}"]
    for number in range(99):
        name = "many" if number == 0 else f"app-{number}"
        lines += [f"    {name}:",
                  "      created_at: 2026-04-10T10:00:00Z",
                  "      owner: ada",
                  "      config: {GREETING: hello}",
                  "      releases:"]
        for release in range(1000 if number == 0 else 5):
            lines.append(f"        - {{at: 2026-04-{11 + release // 60 // 24:02}T{release // 60 % 24:02}:{release % 60:02}:00Z, "
                         f"description: Set KEY_{release} config vars}}")
    write(f"{folder}/world.yaml", "\n".join(lines) + "\n")


def sandbox(program, folder, ports):
    command = [program, "sandbox", "--world", f"{folder}/world.yaml"]
    for name, port in ports.items():
        command += [f"--{name}-port", str(port)]
    log = open(f"{folder}/sandbox.log", "w")
    return subprocess.Popen(command, stdout=log, stderr=log)


def get(port, path, headers, host="127.0.0.1"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def wait_for(what, seconds=30):
    until = time.time() + seconds
    while time.time() < until:
        try:
            found = what()
            if found:
                return found
        except OSError:
            pass
        time.sleep(0.05)
    sys.exit("the sandbox does not come up")


def backend_port(heroku):
    status, body = get(heroku, "/sandbox/state", {})
    for app in json.loads(body)["apps"]:
        for dyno in app["dynos"]:
            if app["name"] == "bench" and dyno["state"] == "up":
                return dyno["port"]
    return None


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def megabytes(pid):
    """What the process holds (RSS), libraries and all, though others may share them."""
    with open(f"/proc/{pid}/smaps_rollup") as file:
        for line in file:
            if line.startswith("Rss:"):
                return int(line.split()[1]) / 1024
    sys.exit(f"no memory of process {pid}")


def child_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return int(file.read().split()[0])


def unit(text):
    for suffix, factor in (("us", 1e-3), ("ms", 1.0), ("s", 1e3), ("m", 6e4)):
        if text.endswith(suffix):
            return float(text[:-len(suffix)]) * factor
    raise ValueError(text)


class Run:
    """One run of wrk against a proxy."""

    def __init__(self, port, pid, seconds):
        before = cpu_seconds(pid)
        out = subprocess.run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-H", f"Host: {HOST}",
                              f"http://127.0.0.1:{port}/"], check=True, stdout=subprocess.PIPE).stdout.decode()
        cpu = cpu_seconds(pid) - before
        words = {line.split()[0]: line.split() for line in out.splitlines() if line.split()}
        if "Non-2xx" in words or "Socket" in words:
            sys.exit(f"errors on port {port}:\n{out}")
        requests = next(int(line.split()[0]) for line in out.splitlines() if "requests in" in line)
        self.rate = float(words["Requests/sec:"][1])
        self.p50 = unit(words["50%"][1])
        self.p99 = unit(words["99%"][1])
        self.cpu = cpu / requests * 1e6


def row(name, runs):
    cells = [statistics.median(getattr(run, name) for run in runs) for name in ("cpu", "rate", "p50", "p99")]
    print(f"{name:<44}{cells[0]:>10.2f}{cells[1]:>12,.0f}{cells[2]:>10.2f}{cells[3]:>10.2f}")


def compare(ours, theirs, field):
    """The median of the rounds' own ratios: what slows one round slows both."""
    return statistics.median(getattr(one, field) / getattr(other, field) for one, other in zip(ours, theirs))


def list_ms(port, path, headers):
    """The median of 40 requests on one connection, and the body of the last."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    times = []
    for _ in range(40):
        begin = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        times.append((time.perf_counter() - begin) * 1000)
        if answer.status not in (200, 206) or len(json.loads(body)) != 1000:
            sys.exit(f"the list of releases: {answer.status}, {len(body)} bytes")
    return statistics.median(times), body


def releases_ms(arguments, port, folder, backend):
    headers = {"Accept": "application/vnd.heroku+json; version=3", "Authorization": "Bearer bench-token",
               "Range": "version ..; max=1000"}
    ours, body = list_ms(port, "/apps/many/releases", headers)
    print(f"a list of 1,000 releases, {len(body) / 1024:.0f} KiB: {ours:.2f} ms", end="")
    if not arguments.no_peers:
        write(f"{folder}/list/releases.json", body.decode())
        process, static = peer(folder, "list", backend, "off")
        theirs, _ = list_ms(static, "/releases.json", {})
        process.send_signal(signal.SIGTERM)
        process.wait()
        print(f"; the same bytes from a file by nginx: {theirs:.2f} ms", end="")
    print()
    return ours


def peer(folder, name, backend, log):
    port = free_port()
    home = f"{folder}/{name}"
    write(f"{home}/nginx.conf", PEER.format(folder=home, port=port, backend=backend, log=log.format(folder=home)))
    process = subprocess.Popen(["nginx", "-p", home, "-c", f"{home}/nginx.conf"])
    wait_for(lambda: get(port, "/", {})[0] == 200)
    return process, port


def routers(arguments, folder, ports, ours, backend):
    """The ratios of CPU and of p99 to nginx's."""
    started = [peer(folder, "logging", backend, "{folder}/access.log router")]
    started.append(peer(folder, "silent", backend, "off"))
    runs = {"landfall sandbox": [], "nginx": [], "nginx without a log": []}
    try:
        pids = [ours] + [child_of(process.pid) for process, _ in started]
        where = [ports["router"]] + [port for _, port in started]
        for _ in range(arguments.rounds):
            for name, port, pid in zip(runs, where, pids):
                runs[name].append(Run(port, pid, arguments.seconds))
    finally:
        for process, _ in started:
            process.send_signal(signal.SIGTERM)
            process.wait()
    print(f"{CONNECTIONS} connections that are kept, an answer of 1 KiB, medians of {arguments.rounds} rounds of "
          f"{arguments.seconds} s")
    print(f"{'':<44}{'us CPU':>10}{'per s':>12}{'p50 ms':>10}{'p99 ms':>10}")
    for name in runs:
        row(name, runs[name])
    return compare(runs["landfall sandbox"], runs["nginx"], "cpu"), compare(runs["landfall sandbox"], runs["nginx"], "p99")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--pushes", type=int, default=5)
    parser.add_argument("--no-peers", action="store_true")
    arguments = parser.parse_args()
    tools()
    folder = tempfile.mkdtemp(prefix="landfall-bench-")
    ports = {name: free_port() for name in ("heroku", "github", "router")}
    world(folder)
    process = sandbox(arguments.program, folder, ports)
    measured = {}
    try:
        backend = wait_for(lambda: backend_port(ports["heroku"]))
        time.sleep(2)
        measured["MB idle with 100 apps"] = megabytes(process.pid)
        measured["ms for 1,000 releases"] = releases_ms(arguments, ports["heroku"], folder, backend)
        if not arguments.no_peers:
            cpu, p99 = routers(arguments, folder, ports, process.pid, backend)
            measured["CPU of nginx"] = cpu
            measured["p99 of nginx"] = p99
            print(f"memory after that: {megabytes(process.pid):.1f} MB")
        if arguments.pushes:
            measured["s from push to 200"] = sandbox_push.seconds(arguments.program, folder, arguments.pushes)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        shutil.rmtree(folder)
    missed = [name for name, value in measured.items() if value > LIMITS[name]]
    for name, value in measured.items():
        print(f"{name:<44}{value:>10.2f}   limit {LIMITS[name]:g}{'   MISSED' if name in missed else ''}")
    sys.exit(1 if missed else 0)


main()
