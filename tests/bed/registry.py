"""Schema registries: Apicurio Registry, which speaks Confluent's API too, and a stand-in that
answers as a recorded Confluent registry does where Apicurio answers otherwise."""

import base64
import json
import shutil
import threading
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .cache import registry_dir
from .ports import free_port
from .process import Process, wait_until
from .scratch import scratch


class Registry:
    """`with Registry() as registry:` on a port that it keeps over stop and start. It forgets
    everything when it stops."""

    def __init__(self):
        self.folder = scratch("registry")
        self.log_file = self.folder / "log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.confluent = f"{self.url}/apis/ccompat/v7"  # for schema.registry.url
        self.native = f"{self.url}/apis/registry/v2"    # for apicurio.registry.url
        self._process = None

    def start(self):
        jar = next(registry_dir().glob("*-runner.jar"))
        self._process = Process(
            ["java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
             "-Dquarkus.http.host=127.0.0.1", f"-Dquarkus.http.port={self.port}",
             "-Dquarkus.log.level=WARN", "-jar", jar], self.log_file, cwd=self.folder)
        wait_until(self._ready, timeout=120, what="the registry to answer")
        return self

    def _ready(self):
        if not self._process.alive():
            raise RuntimeError(f"the registry ended:\n{self.log_file.read_text()}")
        try:
            self.subjects()
            with urllib.request.urlopen(f"{self.native}/search/artifacts", timeout=30):
                return True
        except OSError:
            return False

    def get(self, path):
        with urllib.request.urlopen(self.confluent + path, timeout=30) as answer:
            return json.load(answer)

    def subjects(self):
        return self.get("/subjects")

    def versions(self, subject):
        """[(id, text)]"""
        path = f"/subjects/{urllib.parse.quote(subject, safe='')}/versions"
        found = [self.get(f"{path}/{version}") for version in self.get(path)]
        return [(one["id"], one["schema"]) for one in found]

    def register(self, subject, text):
        path = f"/subjects/{urllib.parse.quote(subject, safe='')}/versions"
        request = urllib.request.Request(
            self.confluent + path, json.dumps({"schema": text}).encode(),
            {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["id"]

    def text(self, number):
        """The schema of Confluent's id, or of Apicurio's global id."""
        return self.get(f"/schemas/ids/{number}")["schema"]

    def native_text(self, number):
        with urllib.request.urlopen(f"{self.native}/ids/globalIds/{number}", timeout=30) as answer:
            return answer.read().decode()

    def stop(self):
        self._process.kill9()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self._process and self._process.alive():
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class ScriptedRegistry:
    """Registers whatever comes, under ids of its own, until it is told to answer otherwise:
    `registry.answer = (409, body)` for all that follows, `registry.credentials = "user:password"`
    or `registry.token = "…"` to refuse everyone else. registry.calls has (method, path, headers,
    body) of each request. `tls` is (certificate file, key file, CA for clients or None)."""

    def __init__(self, tls=None):
        self.answer = self.credentials = self.token = None
        self.calls, self.schemas = [], []
        self._lock = threading.Lock()
        self.port = free_port()
        self._tls = tls
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._server = None

    def start(self):
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _do(self):
                size = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(size).decode()
                status, answer = scripted.reply(self.command, self.path, dict(self.headers), body)
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/vnd.schemaregistry.v1+json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = _do

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        if self._tls:
            self._secure(*self._tls)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def _secure(self, certificate, key, clients):
        import ssl
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        if clients:
            context.load_verify_locations(clients)
            context.verify_mode = ssl.CERT_REQUIRED
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def reply(self, method, path, headers, body):
        with self._lock:
            self.calls.append((method, path, headers, body))
            if not self._knows(headers.get("Authorization", "")):
                return 401, {"error_code": 401, "message": "Unauthorized"}
            if path.startswith("/token"):
                return 200, {"access_token": "fetched", "expires_in": 300}
            if self.answer:
                return self.answer
            return 200, self._register(json.loads(body)["schema"] if body else None)

    def _register(self, text):
        if text not in self.schemas:
            self.schemas.append(text)
        return {"id": self.schemas.index(text) + 1, "schema": text}

    def _knows(self, authorization):
        if self.credentials:
            known = base64.b64encode(self.credentials.encode()).decode()
            return authorization == f"Basic {known}"
        return not self.token or authorization == f"Bearer {self.token}"

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
