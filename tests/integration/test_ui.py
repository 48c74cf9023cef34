"""The page at /ui in a real browser: what it shows of connectors, and that nothing is code."""
import json
import shutil
import subprocess
import urllib.request

import pytest

from bed import Tailrace, connector, wait_until, worker
from bed.ports import free_port
from bed.process import GIVE_UP
from bed.tailrace import binary

_BROWSERS = ("chromium-headless-shell", "chromium")


@pytest.fixture
def api(db, kafka, name):
    """Two connectors, one of which can't log in; the worker's address."""
    url = f"http://127.0.0.1:{free_port()}"
    db.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2)")
    broken = connector(db, f"{name}-broken", database_password="<b>wrong</b>", slot_name="other")
    with Tailrace(connector(db, name), broken,
                  worker=worker(kafka, group=name, listeners=url)) as engine:
        engine.wait_streaming()
        engine.wait_state("FAILED", connector=f"{name}-broken")
        yield url


def _get(url, accept="*/*"):
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=GIVE_UP) as answer:
        return answer.read().decode(), answer.headers


def _dom(url, width=1280):
    browser = next(filter(None, map(shutil.which, _BROWSERS)))
    return subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--window-size={width},900",
         "--virtual-time-budget=8000", "--dump-dom", url],
        capture_output=True, text=True, timeout=GIVE_UP, check=True).stdout


def test_overview(api, name):
    def connectors():
        return {c["name"]: c for c in json.loads(_get(f"{api}/tailrace/connectors")[0])}
    wait_until(lambda: connectors()[name]["events"] == 2, what="two rows written")
    mine = connectors()[name]
    assert mine["task_state"] == "RUNNING" and mine["phase"] == "streaming"
    assert mine["trace"] is None and mine["snapshot"] is None
    broken = connectors()[f"{name}-broken"]
    assert broken["state"] == "RUNNING" and broken["task_state"] == "FAILED"
    assert "database.password" in broken["trace"] and "wrong" not in broken["trace"]


@pytest.mark.parametrize("width", [1280, 390])
def test_page(api, name, width):
    dom = _dom(f"{api}/ui", width)
    assert f'<h2 class="name">{name}</h2>' in dom
    assert 'class="state RUNNING"' in dom and 'class="state FAILED"' in dom
    assert "correct database.user and database.password" in dom
    assert "2 connectors: 1 running, 1 failed" in dom


def test_nothing_from_elsewhere(api):
    page, headers = _get(f"{api}/ui", "text/html")
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    for file in (page, _get(f"{api}/ui/app.js")[0], _get(f"{api}/ui/style.css")[0]):
        assert "://" not in file and "innerHTML" not in file


def test_status_and_offsets(api, name, tmp_path):

    def run(*args):
        return subprocess.run([binary(), *args, "--url", api], capture_output=True,
                              text=True, timeout=GIVE_UP, check=False)
    status = run("status")
    assert status.returncode == 1  # one has failed
    assert name in status.stdout and "correct database.user" in status.stdout
    assert {c["name"] for c in json.loads(run("status", "--json").stdout)} == \
        {name, f"{name}-broken"}
    exported = run("offsets", "export", name)
    assert json.loads(exported.stdout)["offsets"][0]["partition"] == {"server": name}
    file = tmp_path / "offsets.json"
    file.write_text(exported.stdout, encoding="utf-8")
    assert "would be set" in run("offsets", "import", name, str(file), "--dry-run").stdout
    refused = run("offsets", "import", name, str(file))
    assert refused.returncode == 1 and "STOPPED state" in refused.stderr
    request = urllib.request.Request(f"{api}/connectors/{name}/stop", method="PUT")
    urllib.request.urlopen(request, timeout=GIVE_UP).close()
    wait_until(lambda: run("offsets", "import", name, str(file)).returncode == 0, what="import")
    assert run("offsets", "set", name, "lsn=12").returncode == 0
    assert "lsn = 12" in run("offsets", "show", name).stdout
    assert run("offsets", "show", "nosuch").returncode == 1
    assert run("offsets", "frobnicate").returncode == 2


def test_nobody_answers():
    result = subprocess.run([binary(), "status", "--url",
                             f"http://127.0.0.1:{free_port()}"],
                            capture_output=True, text=True, timeout=GIVE_UP, check=False)
    assert result.returncode == 1 and "no worker answers" in result.stderr
