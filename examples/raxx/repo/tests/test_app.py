import json
import os
import sys
import threading
import unittest
import urllib.error
import urllib.request
from http.server import ThreadingHTTPServer

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.dont_write_bytecode = True

import app


class AppTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        app.Raptor.log_message = lambda *_: None
        cls.server = ThreadingHTTPServer(("127.0.0.1", 0), app.Raptor)
        threading.Thread(target=cls.server.serve_forever, args=(0.01,), daemon=True).start()
        cls.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()

    def get(self, path, **headers):
        url = f"http://127.0.0.1:{self.server.server_port}{path}"
        request = urllib.request.Request(url, headers=headers)
        try:
            with self.opener.open(request, timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def test_health_names_the_running_commit(self):
        os.environ["HEROKU_SLUG_COMMIT"] = "0123abc"
        status, body = self.get("/health")
        self.assertEqual(status, 200)
        self.assertEqual(body, {"status": "ok", "service": "raptor", "commit": "0123abc"})

    def test_the_api_is_closed_to_all_but_the_edge(self):
        self.assertEqual(self.get("/api/status")[0], 403)
        self.assertEqual(self.get("/api/status", **{"X-Raxx-Edge": "1"})[0], 200)

    def test_an_unknown_path_is_not_found(self):
        self.assertEqual(self.get("/nothing")[0], 404)


if __name__ == "__main__":
    unittest.main()
