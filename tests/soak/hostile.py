#!/usr/bin/env python3
"""What a sandbox has to bear through its front door, while it goes on to serve: hostile.py PROGRAM"""
import contextlib
import gzip
import io
import json
import os
import resource
import socket
import subprocess
import sys
import tarfile
import threading
import time
import zlib

from sandbox_process import Sandbox, processes_of, temporary_folder, wait_until

problems = []


def expect(truth, text):
    print(("ok     " if truth else "WRONG  ") + text, flush=True)
    if not truth:
        problems.append(text)


def talk(port, content, seconds=10):
    """All that comes back for these bytes."""
    with socket.create_connection(("127.0.0.1", port), seconds) as client:
        client.settimeout(seconds)
        answer = b""
        try:
            client.sendall(content)
            while chunk := client.recv(65536):
                answer += chunk
                if b"\r\n\r\n" in answer and b"Connection: keep-alive" not in answer[:200]:
                    head, _, body = answer.partition(b"\r\n\r\n")
                    length = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")]
                    if length and len(body) >= int(length[0].split(b":")[1]):
                        break
        except OSError:
            pass
        return answer


def status_of(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0


def memory_mb(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0


def raise_files(count):
    """So many connections, or as many as this process may have."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    count = min(count, hard - 500)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, count + 400), hard))
    return count


class Trial:
    def __init__(self, sandbox):
        self.sandbox = sandbox

    def serves(self, what, seconds=2.0):
        began = time.monotonic()
        status, _ = self.sandbox.ask("GET", "/account", timeout=10)
        router = talk(self.sandbox.ports["router"], b"GET / HTTP/1.1\r\nHost: nobody.localhost\r\nConnection: close\r\n\r\n")
        took = time.monotonic() - began
        expect(status == 200 and status_of(router) == 404 and took < seconds,
               f"it serves {what}: API {status}, router {status_of(router)}, {took * 1000:.0f} ms")

    def addresses(self):
        for address in ("0.0.0.0", "::", "192.168.1.5", "example.org", ""):
            run = subprocess.run([self.sandbox.program, "sandbox", "--bind", address],
                                 capture_output=True, text=True, timeout=30)
            said = "this machine only" in run.stderr
            expect(run.returncode == 2 and said, f"--bind '{address}' is refused with words")
        listening = set()
        for table in ("/proc/net/tcp", "/proc/net/tcp6"):
            for line in open(table).readlines()[1:]:
                fields = line.split()
                host, port = fields[1].rsplit(":", 1)
                if fields[3] == "0A" and int(port, 16) in self.sandbox.ports.values():
                    listening.add(host)
        expect(listening == {"0100007F"}, f"its ports are those of 127.0.0.1 only: {listening}")

    def hosts(self):
        for host in (b"a\x00b", b"a\x01b", b"a\x7fb", b"a\tb", b"a b", b"\xff\xfe", b"a\rb"):
            request = b"GET / HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n"
            for name in ("router", "heroku"):
                answer = talk(self.sandbox.ports[name], request)
                expect(status_of(answer) == 400, f"Host {host!r} on {name}: {status_of(answer)}")
        log = open(self.sandbox.folder + "/sandbox.log", "rb").read()
        expect(not any(byte in log for byte in b"\x00\x01\x7f\x1b"), "the log has no control characters")

    def methods(self):
        for method in (b"BREW", b"get", b"X" * 200, b"TRACE", b"CONNECT"):
            answer = talk(self.sandbox.ports["heroku"], method + b" /apps HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            expect(400 <= status_of(answer) < 500, f"method {method[:10]!r}: {status_of(answer)}")

    def bodies(self):
        before = memory_mb(self.sandbox.process.pid)
        head = (b"POST /apps HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer heroku-ada\r\n"
                b"Accept: application/vnd.heroku+json; version=3\r\nContent-Type: application/json\r\n")
        began = time.monotonic()
        answer = talk(self.sandbox.ports["heroku"], head + b"Content-Length: 1073741824\r\n\r\n" + b"x" * 65536)
        expect(status_of(answer) == 413 and time.monotonic() - began < 3,
               f"1 GB announced: {status_of(answer)} after {time.monotonic() - began:.1f} s")
        after = memory_mb(self.sandbox.process.pid)
        expect(after - before < 64, f"and it took {after - before:.0f} MB")
        cases = {
            "100,000 brackets": b"[" * 100_000,
            "a million objects in each other": b'{"a":' * 1_000_000,
            "bad UTF-8": b'{"name":"\xff\xfe\xc0\x80"}',
            "a lone surrogate": b'{"name":"\\ud800"}',
            "a number too long": b'{"name":' + b"9" * 100_000 + b"}",
            "NUL bytes": b'{"name":"a\x00b"}',
            "nothing but blanks": b" " * 1_000_000,
        }
        for name, body in cases.items():
            status, text = self.sandbox.ask("POST", "/apps", body)
            expect(400 <= status < 500, f"{name}: {status} {str(text)[:60]}")
        many = {f"VAR_{i}": "x" for i in range(100_000)}
        began = time.monotonic()
        status, text = self.sandbox.ask("PATCH", "/apps/two/config-vars", many, timeout=60)
        took = time.monotonic() - began
        expect(status in (200, 413, 422) and took < 20, f"100,000 config vars: {status}, {took:.1f} s")
        self.serves("after them")
        self.sandbox.ask("PATCH", "/apps/two/config-vars", {name: None for name in many}, timeout=60)

    def slowloris(self):
        clients = []
        for i in range(300):
            client = socket.create_connection(("127.0.0.1", self.sandbox.ports["heroku" if i % 2 else "router"]))
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
            clients.append(client)
        end = time.monotonic() + 45
        left = list(clients)
        while left and time.monotonic() < end:
            for client in list(left):
                try:
                    client.sendall(b"x")
                    client.setblocking(False)
                    with contextlib.suppress(BlockingIOError):
                        if client.recv(4096) is not None:
                            left.remove(client)
                    client.setblocking(True)
                except OSError:
                    left.remove(client)
            time.sleep(1)
        self.serves("during a slowloris")
        expect(not left, f"a slowloris of 300 is cut off: {len(left)} are left after 45 s")
        for client in clients:
            client.close()

    def crowd(self, count=10_000, seconds=5):
        """All at the router's one door, some of them slow, while others ask: more than it keeps open."""
        count = raise_files(count)
        port = self.sandbox.ports["router"]
        clients = []
        for i in range(count):
            clients.append(socket.create_connection(("127.0.0.1", port), 5))
            if i % 50 == 0:
                clients[-1].sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        times, wrong = [], 0
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for client in clients[-1:-2000:-50]:
                with contextlib.suppress(OSError):
                    client.sendall(b"x")
            began = time.monotonic()
            answer = talk(port, b"GET / HTTP/1.1\r\nHost: nobody.localhost\r\nConnection: close\r\n\r\n")
            wrong += status_of(answer) != 404 or self.sandbox.ask("GET", "/account", timeout=10)[0] != 200
            times.append(time.monotonic() - began)
        expect(not wrong and max(times) < 2, f"{len(times)} rounds beside {count} idle and slow clients of the router: "
               f"{wrong} wrong, the slowest {max(times) * 1000:.0f} ms")
        for client in clients:
            client.close()

    def idle(self, count=10_000):
        count = raise_files(count)
        clients = []
        for i in range(count):
            try:
                clients.append(socket.create_connection(("127.0.0.1", self.sandbox.ports["heroku" if i % 2 else "router"]), 5))
            except OSError as error:
                expect(False, f"connection {i}: {error}")
                break
        self.serves(f"beside {len(clients)} idle connections")
        expect(memory_mb(self.sandbox.process.pid) < 400,
               f"and has {memory_mb(self.sandbox.process.pid):.0f} MB")
        for client in clients:
            client.close()

    def build(self, archive, name, seconds=60):
        source = self.sandbox.ask("POST", "/sources")[1]["source_blob"]
        status, text = self.sandbox.ask("PUT", source["put_url"], archive)
        if status != 200:
            return f"upload {status}"
        status, build = self.sandbox.ask("POST", "/apps/one/builds", {"source_blob": {"url": source["get_url"], "version": name}})
        if status != 201:
            return f"refused {status}"
        wait_until(lambda: self.sandbox.ask("GET", f"/apps/one/builds/{build['id']}")[1]["status"] != "pending", seconds)
        return self.sandbox.ask("GET", f"/apps/one/builds/{build['id']}")[1]["status"]

    def tarballs(self):
        def tar_of(*entries):
            content = io.BytesIO()
            with tarfile.open(fileobj=content, mode="w:gz") as tar:
                for entry, data in (*entries, (tarfile.TarInfo("top/Procfile"), b"web: sleep 1\n")):
                    entry.size = len(data)
                    tar.addfile(entry, io.BytesIO(data))
            return content.getvalue()

        def entry(name, kind=tarfile.REGTYPE, link=""):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, link
            return info

        marks = ["/tmp/landfall-hostile", self.sandbox.folder + "/hostile"]
        up = "top/" + "../" * 20 + "tmp/landfall-hostile"
        cases = {
            "a path that leads out": tar_of((entry(up), b"x")),
            "an absolute path": tar_of((entry(marks[0]), b"x")),
            "a link that leads out": tar_of((entry("top/out", tarfile.SYMTYPE, "/tmp"), b""),
                                            (entry("top/out/landfall-hostile"), b"x")),
            "a hard link that leads out": tar_of((entry("top/key", tarfile.LNKTYPE, "../../../../etc/passwd"), b"")),
            "a device": tar_of((entry("top/null", tarfile.CHRTYPE), b"")),
            "a pipe": tar_of((entry("top/pipe", tarfile.FIFOTYPE), b"")),
            "no archive": b"\x1f\x8b" + os.urandom(1000),
            "half an archive": tar_of((entry("top/a"), os.urandom(100_000)))[:50_000],
        }
        for name, archive in cases.items():
            how = self.build(archive, name)
            expect(how in ("failed", "succeeded", "refused 422", "upload 422"), f"a tarball with {name}: {how}")
            expect(not any(map(os.path.exists, marks)), "  and nothing was written outside")
        # 10 GB of zeros are 10 MB of gzip.
        header = tarfile.TarInfo("top/zeros")
        header.size = 10 << 30
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        bomb = packer.compress(header.tobuf())
        zeros = bytes(1 << 20)
        for _ in range(10 << 10):
            bomb += packer.compress(zeros)
        bomb += packer.flush()
        began = time.monotonic()
        how = []
        worker = threading.Thread(target=lambda: how.append(self.build(bomb, "bomb", 120)))
        worker.start()
        time.sleep(0.5)
        self.serves("during 10 GB of zeros", 5)
        worker.join()
        memory = memory_mb(self.sandbox.process.pid)
        expect(how[0] in ("failed", "upload 413", "refused 422") and memory < 1500,
               f"10 GB of zeros: {how[0]} after {time.monotonic() - began:.1f} s, {memory:.0f} MB")

    def packs(self):
        def line(text):
            return b"%04x" % (len(text) + 4) + text

        command = b"0" * 40 + b" " + b"1" * 40 + b" refs/heads/main\0report-status\n"
        head = line(command) + b"0000"
        cases = {
            "no pack": b"",
            "noise": os.urandom(5000),
            "a count that is not there": b"PACK\0\0\0\2\xff\xff\xff\xff",
            "a huge object": b"PACK\0\0\0\2\0\0\0\1" + b"\xbf" + b"\xff" * 8 + b"\x7f" + zlib.compress(b"x"),
            "a delta of nothing": b"PACK\0\0\0\2\0\0\0\1" + b"\x71" + b"\x22" * 20 + zlib.compress(b"\5\5"),
        }
        for name, pack in cases.items():
            for body in (head + pack, head[: len(head) // 2], b"zzzz" + pack):
                status, text = self.sandbox.ask("POST", "/one.git/git-receive-pack", body, {
                    "Content-Type": "application/x-git-receive-pack-request",
                    "Authorization": "Basic Omhlcm9rdS1hZGE="})
                expect(status >= 200 and "refs/heads/main" not in self.heads(), f"a push with {name}: {status}")

    def heads(self):
        return str(self.sandbox.ask("GET", "/one.git/info/refs?service=git-receive-pack",
                                    headers={"Authorization": "Basic Omhlcm9rdS1hZGE="})[1])

    def second(self):
        run = subprocess.run([self.sandbox.program, "sandbox", "--world", self.sandbox.folder + "/world.yaml",
                              "--data", self.sandbox.data], capture_output=True, text=True, timeout=30)
        expect(run.returncode == 2 and "in use by another sandbox" in run.stderr,
               f"a second sandbox on the same data is refused: {run.returncode}")

    def full_disk(self):
        """A limit of the file's size stands for the end of the disk: writing fails just so."""
        pid = self.sandbox.process.pid
        subprocess.run(["prlimit", "--pid", str(pid), "--fsize=1:unlimited"], check=True)
        status, text = self.sandbox.ask("PATCH", "/apps/one/config-vars", {"FULL": "x" * 300_000})
        expect(status == 500 and "sandbox's state" in str(text), f"a full disk: {status} {str(text)[:90]}")
        subprocess.run(["prlimit", "--pid", str(pid), "--fsize=unlimited:unlimited"], check=True)
        status, _ = self.sandbox.ask("PATCH", "/apps/one/config-vars", {"AFTER": "1"})
        expect(status == 200, f"there is room again: {status}")
        self.sandbox.kill()
        self.sandbox.start()
        expect(self.sandbox.ask("GET", "/apps/one/config-vars")[1].get("AFTER") == "1",
               "what was acknowledged is there after a kill")


def main():
    with temporary_folder() as folder:
        sandbox = Sandbox(sys.argv[1], folder)
        sandbox.start()
        trial = Trial(sandbox)
        wanted = sys.argv[2:] or ["addresses", "hosts", "methods", "bodies", "tarballs", "packs",
                                  "second", "idle", "crowd", "slowloris", "full_disk"]
        try:
            for name in wanted:
                getattr(trial, name)()
                expect(sandbox.process.poll() is None, f"it is alive after {name}")
            expect(sandbox.stop() == 0, "and ends well")
        finally:
            if sandbox.process.poll() is None:
                sandbox.kill()
        expect(wait_until(lambda: not processes_of(folder), 10), "nothing is left running")
    print(f"{len(problems)} problems")
    raise SystemExit(1 if problems else 0)


main()
