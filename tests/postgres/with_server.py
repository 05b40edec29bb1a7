#!/usr/bin/env python3
"""Runs a command beside a PostgreSQL server of its own.

with_server.py COMMAND... starts the server that Debian's package brought in a new folder, on a
socket in that folder alone, and tells the command its URL in LANDFALL_TEST_STORE. The server and
all that it holds are gone afterwards.
"""
import glob
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading


def binaries():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"))
    if found:
        return os.path.dirname(found[-1])
    on_path = shutil.which("postgres")
    if on_path:
        return os.path.dirname(on_path)
    sys.exit("there is no PostgreSQL server: tools/install-packages test")


def server_user():
    """The server refuses to run as root: Debian's package made a user for it."""
    if os.getuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def start(folder, as_user):
    data = os.path.join(folder, "data")
    subprocess.run(
        [os.path.join(binaries(), "initdb"), "-D", data, "-A", "trust", "-U", "landfall",
         "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"],
        check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_user)
    server = subprocess.Popen(
        [os.path.join(binaries(), "postgres"), "-D", data, "-k", folder,
         "-c", "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=32MB",
         "-c", "max_connections=50", "-c", "autovacuum=off", "-c", "logging_collector=off"],
        stderr=subprocess.PIPE, text=True, cwd=folder, **as_user)
    said = []
    for line in server.stderr:
        said.append(line)
        if "ready to accept connections" in line:
            # Read on, or the pipe fills and the server stands still.
            threading.Thread(target=server.stderr.read, daemon=True).start()
            return server
    sys.exit("the PostgreSQL server did not start:\n" + "".join(said))


def main():
    folder = tempfile.mkdtemp(prefix="landfall-pg-")
    as_user = server_user()
    server = None
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if as_user:
            os.chown(folder, as_user["user"], as_user["group"])
        server = start(folder, as_user)
        url = f"postgres://landfall@/postgres?host={folder}"
        code = subprocess.run(sys.argv[1:], env={**os.environ, "LANDFALL_TEST_STORE": url}).returncode
        sys.exit(code if code >= 0 else 128 - code)
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
