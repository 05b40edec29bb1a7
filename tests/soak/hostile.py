#!/usr/bin/env python3
"""What a sandbox has to bear through its front door, while it goes on to serve: hostile.py PROGRAM"""
import contextlib
import hashlib
import io
import os
import resource
import selectors
import socket
import struct
import subprocess
import sys
import tarfile
import threading
import time
import zlib

from sandbox_process import Sandbox, left_of, temporary_folder

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


def drip(clients, silences):
    """Those of {client: byte} that are not cut off, though each sends its byte whenever a second passes
    in which no other is; gives up after so many of those seconds."""
    with selectors.DefaultSelector() as selector:
        for client in clients:
            selector.register(client, selectors.EVENT_READ)
        while selector.get_map() and silences:
            gone = [key.fileobj for key, _ in selector.select(1)]
            if not gone:
                silences -= 1
                for key in list(selector.get_map().values()):
                    try:
                        key.fileobj.sendall(clients[key.fileobj])
                    except OSError:
                        gone.append(key.fileobj)
            for client in gone:
                selector.unregister(client)
        return [key.fileobj for key in selector.get_map().values()]


class Trial:
    def __init__(self, sandbox):
        self.sandbox = sandbox

    def answers(self):
        """What the API (by a question that no account's rate limit counts) and the router say."""
        return (self.sandbox.ask("GET", "/sandbox/state", timeout=10)[0],
                status_of(talk(self.sandbox.ports["router"],
                               b"GET / HTTP/1.1\r\nHost: nobody.localhost\r\nConnection: close\r\n\r\n")))

    def serves(self, what):
        answers = self.answers()
        expect(answers == (200, 404), f"it serves {what}: API and router say {answers}")

    def serves_while(self, worker, what):
        """From its start to its end."""
        worker.start()
        answers = []
        while worker.is_alive():
            answers.append(self.answers())
        expect(set(answers) <= {(200, 404)}, f"it serves {len(answers)} times during {what}: {set(answers)}")

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
        expect(status_of(answer) == 413,
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
        expect(status in (200, 413, 422), f"100,000 config vars: {status}, {took:.1f} s")
        self.serves("after them")
        self.sandbox.ask("PATCH", "/apps/two/config-vars", {name: None for name in many}, timeout=60)

    def slowloris(self):
        clients = []
        for i in range(300):
            client = socket.create_connection(("127.0.0.1", self.sandbox.ports["heroku" if i % 2 else "router"]))
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
            clients.append(client)
        self.serves("during a slowloris")
        left = drip(dict.fromkeys(clients, b"x"), 45)
        expect(not left, f"a slowloris of 300 is cut off: {len(left)} are left")
        for client in clients:
            client.close()

    def crowd(self, count=10_000, rounds=100):
        """All at the router's one door, some of them slow, while others ask: more than it keeps open."""
        count = raise_files(count)
        port = self.sandbox.ports["router"]
        clients = []
        for i in range(count):
            clients.append(socket.create_connection(("127.0.0.1", port), 5))
            if i % 50 == 0:
                clients[-1].sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        answers = set()
        for _ in range(rounds):
            for client in clients[-1:-2000:-50]:
                with contextlib.suppress(OSError):
                    client.sendall(b"x")
            answers.add(self.answers())
        expect(answers == {(200, 404)}, f"{rounds} rounds beside {count} idle and slow clients of the router: {answers}")
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

    def build(self, archive, name):
        source = self.sandbox.ask("POST", "/sources")[1]["source_blob"]
        status, text = self.sandbox.ask("PUT", source["put_url"], archive)
        if status != 200:
            return f"upload {status}"
        status, build = self.sandbox.ask("POST", "/apps/one/builds", {"source_blob": {"url": source["get_url"], "version": name}})
        if status != 201:
            return f"refused {status}"
        # Its output ends when the build does.
        self.sandbox.ask("GET", build["output_stream_url"], timeout=120)
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
        entries = zlib.compressobj(1, zlib.DEFLATED, 31)
        many = b"".join([entries.compress(tarfile.TarInfo(f"top/{i}").tobuf()) for i in range(1_000_000)])
        deep = tar_of((entry("top/" + "d/" * 100_000 + "x"), b"x"))
        for name, archive in {"a million entries": many + entries.flush(), "a path of 100,000 folders": deep}.items():
            began, how = time.monotonic(), self.build(archive, name)
            expect(how in ("failed", "refused 422", "upload 422"),
                   f"a tarball with {name}: {how} after {time.monotonic() - began:.1f} s")
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
        worker = threading.Thread(target=lambda: how.append(self.build(bomb, "bomb")))
        self.serves_while(worker, "10 GB of zeros")
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

    def pushes(self):
        """Packs that real git takes part in: what it refuses is refused, and bounded."""
        def blob(kind, size):
            first, rest = (kind << 4) | (size & 15), size >> 4
            head = bytearray()
            while rest:
                head.append(first | 128)
                first, rest = rest & 127, rest >> 7
            return bytes(head) + bytes([first])

        def pack(*objects, count=None):
            body = b"PACK" + struct.pack(">II", 2, len(objects) if count is None else count) + b"".join(objects)
            return body + hashlib.sha1(body).digest()

        def thing(kind, content):
            return blob(kind, len(content)) + zlib.compress(content)

        def name_of(kind, content):
            return hashlib.sha1(kind + b" %d\0" % len(content) + content).digest()

        def commit_of(tree):
            return (b"tree " + tree.hex().encode() + b"\nauthor A <a@b.c> 1 +0000\ncommitter A <a@b.c> 1 +0000\n\nx\n")

        def of_tree(*entries, more=()):
            """A commit of one tree, whose entries are (mode, name, kind, content)."""
            tree, objects = b"", []
            for mode, name, content in entries:
                objects.append(thing(3, content))
                tree += mode + b" " + name + b"\0" + name_of(b"blob", content)
            commit = commit_of(name_of(b"tree", tree))
            return pack(thing(1, commit), thing(2, tree), *objects, *more), name_of(b"commit", commit)

        procfile = (b"100644", b"Procfile", b"web: sleep 9\n")
        modules = b'[submodule "x"]\n\tpath = x\n\turl = -u./payload\n\tupdate = !touch /tmp/landfall-hostile\n'
        link = (b"120000", b".gitmodules", b"/etc/passwd")
        zeros = zlib.compressobj(9)
        bomb = b"".join([blob(3, 2 << 30)] + [zeros.compress(bytes(1 << 20)) for _ in range(2 << 10)] + [zeros.flush()])
        base = bytes(1 << 16)
        # Copies of 64 KB, each of seven bytes, by the thousand: a gigabyte out of a few kilobytes.
        copies = b"\x80\x80\x04" + b"\x80\x80\x80\x80\x04" + b"\x80" * 16_384
        delta = blob(7, len(copies)) + name_of(b"blob", base) + zlib.compress(copies)
        good, good_name = of_tree(procfile)
        cases = {
            "a .git entry": of_tree((b"100644", b".git", b"x"), procfile),
            "a .GIT folder's name": of_tree((b"100644", b".GIT", b"x"), procfile),
            "an entry with a slash": of_tree((b"100644", b"../../tmp/landfall-hostile", b"x"), procfile),
            "an entry ..": of_tree((b"100644", b"..", b"x"), procfile),
            "a submodule that is a command": of_tree((b"100644", b".gitmodules", modules), procfile),
            "a linked .gitmodules": of_tree(link, procfile),
            "two gigabytes of zeros": (pack(bomb), b"\1" * 20),
            "a delta of a gigabyte": (pack(thing(3, base), delta), b"\1" * 20),
            "a bad checksum": (good[:-20] + b"\0" * 20, good_name),
            "half a pack": (good[: len(good) // 2], good_name),
            "objects that are missing": (pack(thing(1, commit_of(b"\7" * 20))), name_of(b"commit", commit_of(b"\7" * 20))),
            "a count of four billion": (pack(thing(3, b"x"), count=0xFFFFFFFF), good_name),
            "half a million objects": (pack(*(thing(3, b"%d" % i) for i in range(500_000))), b"\1" * 20),
            "a tag as a branch": (pack(thing(3, b"x")), name_of(b"blob", b"x")),
        }
        for name, (content, after) in cases.items():
            before, began = self.heads(), time.monotonic()
            update = b"0" * 40 + b" " + after.hex().encode() + b" refs/heads/main\0report-status side-band-64k\n"
            body = b"%04x" % (len(update) + 4) + update + b"0000" + content
            results = []
            worker = threading.Thread(target=lambda: results.append(self.sandbox.ask(
                "POST", "/one.git/git-receive-pack", body,
                {"Content-Type": "application/x-git-receive-pack-request",
                 "Authorization": "Basic Omhlcm9rdS1hZGE="}, timeout=120)))
            self.serves_while(worker, f"a push with {name}")
            took, memory = time.monotonic() - began, memory_mb(self.sandbox.process.pid)
            expect(self.heads() == before and results[0][0] != 0 and memory < 1500,
                   f"a push with {name}: {results[0][0]}, {took:.1f} s, {memory:.0f} MB")
            expect(not os.path.exists("/tmp/landfall-hostile"), "  and nothing was written outside")
        left = sum(os.path.getsize(os.path.join(at, file)) for at, _, files in os.walk(self.sandbox.data + "/git")
                   for file in files)
        expect(left < 1 << 20, f"refused packs leave {left >> 10} KB")

    def smuggling(self):
        """Shapes of a request that two readers may understand in two ways: each is refused, and the
        rest of the connection is not read as a request."""
        head = b"POST /apps HTTP/1.1\r\nHost: localhost\r\n"
        hidden = b"GET /account HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer heroku-ada\r\nAccept: application/vnd.heroku+json; version=3\r\n\r\n"
        chunked = b"Transfer-Encoding: chunked\r\n"
        cases = {
            "a length and chunks": head + b"Content-Length: 5\r\n" + chunked + b"\r\n0\r\n\r\n",
            "chunks and a length": head + chunked + b"Content-Length: 5\r\n\r\n0\r\n\r\n",
            "two lengths": head + b"Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
            "a list of lengths": head + b"Content-Length: 0, 5\r\n\r\n",
            "a negative length": head + b"Content-Length: -1\r\n\r\n",
            "a length with a plus": head + b"Content-Length: +0\r\n\r\n",
            "a length over 64 bits": head + b"Content-Length: 18446744073709551616\r\n\r\n",
            "a folded header": head + b"X-A: b\r\n Content-Length: 5\r\nContent-Length: 0\r\n\r\n",
            "a blank before the colon": head + b"Content-Length : 0\r\n\r\n",
            "an unknown encoding": head + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            "chunks in the middle": head + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            "a bad size of a chunk": head + chunked + b"\r\n0x5\r\nhello\r\n0\r\n\r\n",
            "a huge size of a chunk": head + chunked + b"\r\nfffffffffffffffff\r\n",
            "two hosts": b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: other\r\n\r\n",
            "no host": b"GET / HTTP/1.1\r\n\r\n",
            "a NUL in a header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n",
            "a bare CR": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\rY: b\r\n\r\n",
            "a header of 1 MB": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * (1 << 20) + b"\r\n\r\n",
            "100,000 headers": b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: a\r\n" * 100_000 + b"\r\n",
            "a target of 1 MB": b"GET /" + b"a" * (1 << 20) + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "HTTP/2's preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0",
            "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(500),
            "HTTP/0.9": b"GET /\r\n",
            "noise": os.urandom(10_000),
        }
        for name, content in cases.items():
            for port in ("router", "heroku", "github"):
                answer = talk(self.sandbox.ports[port], content + hidden, 5)
                status = status_of(answer)
                # A reset may overtake the answer to what was not read whole.
                refused = 400 <= status < 600 or status == 0
                expect(refused and answer.count(b"HTTP/1.1 ") <= 1 and b"ada@shop" not in answer,
                       f"{name} on {port}: {status}")

    def slow_bodies(self):
        """Bodies and TLS handshakes that come a byte at a time, or never."""
        state = self.sandbox.ask("GET", "/sandbox/state")[1]
        rendezvous = state["ports"]["rendezvous"]
        clients = {}
        for i in range(200):
            port = [self.sandbox.ports["heroku"], self.sandbox.ports["router"], rendezvous][i % 3]
            client = socket.create_connection(("127.0.0.1", port))
            client.sendall(b"\x16\x03\x01" if port == rendezvous else
                           b"POST /apps HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n")
            clients[client] = port
        self.serves("beside bodies and handshakes that do not come")
        left = drip({client: b"\0" if port == rendezvous else b"x" for client, port in clients.items()}, 75)
        names = {port: name for name, port in self.sandbox.ports.items()}
        expect(not left, f"slow bodies are cut off: {len(left)} are left: "
               f"{ {names.get(clients[one], 'TLS') for one in left} }")
        for client in clients:
            client.close()

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
                                  "pushes", "smuggling", "slow_bodies", "second", "idle", "crowd",
                                  "slowloris", "full_disk"]
        try:
            for name in wanted:
                getattr(trial, name)()
                expect(sandbox.process.poll() is None, f"it is alive after {name}")
            expect(sandbox.stop() == 0, "and ends well")
        finally:
            if sandbox.process.poll() is None:
                sandbox.kill()
        expect(not left_of(folder), "nothing is left running")
    print(f"{len(problems)} problems")
    raise SystemExit(1 if problems else 0)


main()
