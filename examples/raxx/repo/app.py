"""Raptor, the backend of Raxx: the part of it that answers for its own health."""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Raptor(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def do_GET(self):
        path = self.path.split("?", 1)[0]
        if path == "/health":
            commit = os.environ.get("HEROKU_SLUG_COMMIT", "unknown")
            self.answer(200, {"status": "ok", "service": "raptor", "commit": commit})
        elif path.startswith("/api/") and "X-Raxx-Edge" not in self.headers:
            # The API is reached through the edge only.
            self.answer(403, {"error": "origin guard"})
        elif path == "/api/status":
            self.answer(200, {"status": "ok"})
        else:
            self.answer(404, {"error": "not found"})

    do_HEAD = do_GET

    def log_message(self, format, *arguments):
        print(self.address_string(), format % arguments, flush=True)


def main():
    # Nothing is kept in memory that a restart would lose: end at once.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    address = (os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8000")))
    server = ThreadingHTTPServer(address, Raptor)
    print(f"raptor listens on port {address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
