"""A client of the REST API, tailrace's and Kafka Connect's."""

import json
import urllib.error
import urllib.request
from types import SimpleNamespace

from .process import GIVE_UP, wait_until


class Rest:
    """`rest = Rest(port); rest.get("/connectors").json`; an answer has status, text and json."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"

    def call(self, method, path, body=None, timeout=GIVE_UP):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, method=method,
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return _answer(answer.status, answer.read())
        except urllib.error.HTTPError as error:
            return _answer(error.code, error.read())

    def get(self, path):
        return self.call("GET", path)

    def put(self, path, body=None):
        return self.call("PUT", path, body)

    def post(self, path, body=None):
        return self.call("POST", path, body)

    def patch(self, path, body=None):
        return self.call("PATCH", path, body)

    def delete(self, path):
        return self.call("DELETE", path)

    def create(self, connector, timeout=GIVE_UP, **more):
        """A connector from a flat dict with a "name"."""
        config = {key: value for key, value in connector.items() if key != "name"}
        return self.call("POST", "/connectors",
                         {"name": connector["name"], "config": config, **more}, timeout)

    def states(self, name):
        """(state of the connector, states of its tasks), or None while it has no status."""
        answer = self.get(f"/connectors/{name}/status")
        if answer.status != 200:
            return None
        return answer.json["connector"]["state"], [task["state"] for task in answer.json["tasks"]]

    def wait(self, name, connector, *tasks, timeout=GIVE_UP):
        """Until the connector and its tasks are in these states."""
        try:
            wait_until(lambda: self.states(name) == (connector, list(tasks)), timeout)
        except TimeoutError:
            status = self.get(f"/connectors/{name}/status").text
            raise TimeoutError(f"{name} is not {connector} {tasks}: {status}") from None

    def wait_ready(self, timeout=GIVE_UP):
        def ready():
            try:
                return self.get("/connectors").status == 200
            except OSError:
                return False

        wait_until(ready, timeout, f"{self.url} to answer")
        return self


def _answer(status, text):
    try:
        parsed = json.loads(text) if text else None
    except ValueError:
        parsed = None
    return SimpleNamespace(status=status, text=text.decode(errors="replace"), json=parsed)
