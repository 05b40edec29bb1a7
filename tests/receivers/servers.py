"""Receivers that fail, stall and come back: a real SMTP server (aiosmtpd) with TLS and a login, and an HTTP server."""
import asyncio
import email
import email.policy
import http.server
import json
import os
import ssl
import logging
import subprocess
import threading
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

# It warns of a login without STARTTLS, where TLS has begun before.
warnings.filterwarnings("ignore", module="aiosmtpd")
logging.getLogger("mail.log").setLevel(logging.CRITICAL)

USER, PASSWORD = "landfall", "a-password-of-this-test"


def certificates(folder):
    """An authority, a certificate of it for localhost, and one that nobody signed."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
            "-subj", "/CN=The authority of a test")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "good.key", "-out", "good.csr", "-subj", "/CN=localhost")
    with open(os.path.join(folder, "names"), "w") as file:
        file.write("subjectAltName=DNS:localhost")
    openssl("x509", "-req", "-in", "good.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "names", "-out", "good.pem")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "bad.key", "-out", "bad.pem", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")


class Faults:
    """What goes wrong with the next messages; afterwards nothing does."""

    def __init__(self, kinds):
        self.kinds = list(kinds)
        self.lock = threading.Lock()

    def next(self):
        with self.lock:
            return self.kinds.pop(0) if self.kinds else ""


class Received:
    """What a receiver took, in order: key, kind and incident of each."""

    def __init__(self):
        self.messages = []
        self.lock = threading.Lock()

    def add(self, message):
        with self.lock:
            self.messages.append(message)

    def keys(self):
        with self.lock:
            return [message["key"] for message in self.messages]


class Mailbox:
    """Handles what arrives at the SMTP server."""

    def __init__(self, received, at_recipient, at_end):
        self.received, self.at_recipient, self.at_end = received, at_recipient, at_end

    async def handle_RCPT(self, server, session, envelope, address, _options):
        if self.at_recipient.next() == "come again":
            return "451 4.7.1 Greylisted, come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.at_end.next() == "shut down":
            return "421 4.3.2 Shutting down"
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.received.add({"key": mail["Message-ID"].strip("<>").split("@")[0], "thread": mail["References"],
                           "subject": mail["Subject"], "auto": mail["Auto-Submitted"], "to": envelope.rcpt_tos,
                           "tls": server.transport.get_extra_info("ssl_object") is not None, "text": mail.get_body(("plain",)).get_content()})
        return "250 OK"


def login(_server, _session, _envelope, _mechanism, data):
    # Not handled: the server says 535 by itself.
    return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)


def smtp_server(mailbox, folder, certificate, implicit=False):
    """Serves in a thread of its own; returns the port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(os.path.join(folder, certificate + ".pem"), os.path.join(folder, certificate + ".key"))
    loop = asyncio.new_event_loop()

    def session():
        return SMTP(mailbox, hostname="localhost", loop=loop, authenticator=login, auth_required=True,
                    auth_require_tls=not implicit, require_starttls=not implicit, tls_context=None if implicit else context)

    server = loop.run_until_complete(loop.create_server(session, "127.0.0.1", 0, ssl=context if implicit else None))
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return server.sockets[0].getsockname()[1]


def http_server(received, faults):
    """Answers as its faults say, and holds a request that stalls until `release` is set; returns port and release."""
    release = threading.Event()

    class Hook(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            fault = faults.next()
            if fault == "stall":
                release.wait()
                return
            status = {"fail": 500, "too many": 429}.get(fault, 200)
            if status == 200:
                message = json.loads(body)
                received.add({"key": self.headers["Idempotency-Key"], "kind": message["kind"], "incident": message["incident"]})
            self.send_response(status)
            if status == 429:
                self.send_header("Retry-After", "1")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port, release
