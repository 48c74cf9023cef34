"""Schema registries: Apicurio Registry, which speaks Confluent's API too, and a stand-in that
answers as a recorded Confluent registry does where Apicurio answers otherwise."""

import base64
import json
import shutil
import ssl
import threading
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .cache import registry_dir
from .ports import free_port
from .process import GIVE_UP, Process, wait_until
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
        wait_until(self._ready, what="the registry to answer")
        return self

    def _ready(self):
        if not self._process.alive():
            raise RuntimeError(f"the registry ended:\n{self.log_file.read_text()}")
        try:
            self.subjects()
            with urllib.request.urlopen(f"{self.native}/search/artifacts", timeout=GIVE_UP):
                return True
        except OSError:
            return False

    def get(self, path):
        with urllib.request.urlopen(self.confluent + path, timeout=GIVE_UP) as answer:
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
        with urllib.request.urlopen(request, timeout=GIVE_UP) as answer:
            return json.load(answer)["id"]

    def text(self, number):
        """The schema of Confluent's id, or of Apicurio's global id."""
        return self.get(f"/schemas/ids/{number}")["schema"]

    def native_text(self, number):
        url = f"{self.native}/ids/globalIds/{number}"
        with urllib.request.urlopen(url, timeout=GIVE_UP) as answer:
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
    """Answers as Confluent's registry does, and Apicurio's own API as far as a producer needs it,
    until it is told otherwise: `registry.answer = (409, body)` for whatever follows, or
    `(409, body, path)` for paths that contain it; `registry.credentials = "user:password"` or
    `registry.token = "…"` to refuse everyone else. A POST to /token gives the tokens in
    registry.tokens, the last one for ever. registry.calls has (method, path, headers, body) of
    each request, registry.subjects the ids of each subject. `tls` is (certificate file, key file,
    CA for clients or None). It keeps its port and its schemas over stop and start, and can be a
    proxy in front of itself."""

    def __init__(self, tls=None):
        self.answer = self.credentials = self.token = None
        self.tokens = ["fetched"]
        self.calls, self.schemas, self.subjects = [], [], {}
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
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/vnd.schemaregistry.v1+json")
                self.send_header("Content-Length", str(len(data)))
                self.send_header("Connection", "close")  # stop() leaves nobody behind
                self.end_headers()
                self.wfile.write(data)
                self.close_connection = True

            do_GET = do_POST = _do

            def log_message(self, *_):
                pass

        self._server = _Server(("127.0.0.1", self.port), Handler)
        if self._tls:
            self._secure(*self._tls)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def _secure(self, certificate, key, clients):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        if clients:
            context.load_verify_locations(clients)
            context.verify_mode = ssl.CERT_REQUIRED
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True,
                                                  do_handshake_on_connect=False)

    def paths(self):
        """What was asked: "METHOD path" of each call."""
        return [f"{method} {path}" for method, path, *_ in self.calls]

    def register(self, subject, text):
        """The id."""
        if text not in self.schemas:
            self.schemas.append(text)
        number = self.schemas.index(text) + 1
        ids = self.subjects.setdefault(subject, [])
        if number not in ids:
            ids.append(number)
        return number

    def text(self, number):
        return self.schemas[number - 1]

    def reply(self, method, path, headers, body):
        with self._lock:
            self.calls.append((method, path, headers, body))
            parsed = urllib.parse.urlsplit(path)
            if parsed.path == "/token":
                token = self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]
                return 200, {"access_token": token, "expires_in": 300}
            if not self._knows(headers.get("Authorization", "")):
                return 401, {"error_code": 401, "message": "Unauthorized"}
            if self.answer and (len(self.answer) < 3 or self.answer[2] in path):
                return self.answer[:2]
            parts = [urllib.parse.unquote(part) for part in parsed.path.split("/")[1:]]
            if parts[0] == "groups" or parts[:2] == ["ids", "globalIds"]:
                return self._apicurio(method, parts, headers, body)
            return self._confluent(method, parts, body)

    def _confluent(self, method, parts, body):
        text = json.loads(body)["schema"] if body else None
        if parts[:2] == ["schemas", "ids"]:
            return self._known(int(parts[2]))
        if parts[0] != "subjects":
            return 404, {"error_code": 404, "message": "HTTP 404 Not Found"}
        subject, ids = parts[1], self.subjects.get(parts[1], [])
        if method == "POST" and parts[2:] == ["versions"]:
            return self._known(self.register(subject, text))
        if not ids:
            return 404, {"error_code": 40401, "message": f"Subject '{subject}' not found."}
        if method == "GET":
            return self._known(ids[-1])
        return self._known(next((n for n in ids if self.text(n) == text), 0))

    def _known(self, number):
        if not 0 < number <= len(self.schemas):
            return 404, {"error_code": 40403, "message": "Schema not found"}
        return 200, {"id": number, "schema": self.text(number)}

    def _apicurio(self, method, parts, headers, body):
        """Global ids are 1000 more than those of contents."""
        if parts[0] == "ids":
            return 200, self.text(int(parts[2]) - 1000).encode()
        artifact = headers.get("X-Registry-ArtifactId") or parts[3]
        name = f"{parts[1]}/{artifact}"
        if parts[3:]:
            ids = [n for n in self.subjects.get(name, []) if not body or self.text(n) == body]
            if not ids:
                return 404, {"error_code": 404, "message": f"No artifact '{artifact}'"}
            number = ids[-1]
        else:
            number = self.register(name, body)
        return 200, {"globalId": number + 1000, "contentId": number}

    def _knows(self, authorization):
        if self.credentials:
            known = base64.b64encode(self.credentials.encode()).decode()
            return authorization == f"Basic {known}"
        return not self.token or authorization == f"Bearer {self.token}"

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._server = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self._server:
            self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """A client that doesn't like our certificate is what some tests are about."""
