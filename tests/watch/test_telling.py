import http.server
import json
import sys
import threading
import time

import pytest

from assetkit.watch import telling
from assetkit.watch.health import Health, heartbeat, metrics, show
from assetkit.watch.telling import Teller

ENTRY = json.dumps({"source": {"path": "图 a.jpg"}}, ensure_ascii=False)


def python(code):
    return f'"{sys.executable}" -c "{code}"'


def test_a_command_gets_the_entry_as_its_input(tmp_path):
    teller = Teller(python(f"import sys; open('{tmp_path / 'got'}', 'ab').write(sys.stdin.buffer.read())"), None)
    teller.tell(ENTRY)
    teller.tell("2")
    teller.close(20)
    assert (tmp_path / "got").read_text("utf-8") == ENTRY + "2"
    assert teller.untold == 0


def test_a_command_that_hangs_or_fails_holds_nothing_up(monkeypatch, caplog):
    monkeypatch.setattr(telling, "_COMMAND_SECONDS", 0.3)
    teller = Teller(python("import time; time.sleep(60)"), None)
    started = time.monotonic()
    teller.tell(ENTRY)
    assert time.monotonic() - started < 0.2
    teller.close(10)
    assert teller.untold == 1
    failing = Teller(python("raise SystemExit('no thanks')"), None)
    failing.tell(ENTRY)
    failing.close(10)
    assert failing.untold == 1
    assert "no thanks" in caplog.text


def test_too_many_are_counted_and_not_kept(monkeypatch):
    monkeypatch.setattr(telling, "_WAITING_MOST", 2)
    teller = Teller(python("import time; time.sleep(60)"), None)
    for _ in range(9):
        teller.tell(ENTRY)
    assert teller.untold >= 6
    teller.close(0.1)


@pytest.fixture
def server():
    class Answering(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.headers["Content-Type"], body.decode()))
            self.send_response(answers.pop(0) if answers else 204)
            self.end_headers()

        def log_message(self, *_):
            pass

    got, answers = [], []
    serving = http.server.HTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}/hook", got, answers
    serving.shutdown()
    thread.join()
    serving.server_close()


def test_a_web_address_gets_the_entry_and_is_tried_again(server, monkeypatch):
    monkeypatch.setattr(telling, "_FIRST_WAIT", 0.01)
    address, got, answers = server
    answers.append(503)
    teller = Teller(None, address)
    teller.tell(ENTRY)
    teller.close(10)
    assert got == [("application/json", ENTRY)] * 2
    assert teller.untold == 0


def test_an_address_that_nobody_answers(monkeypatch):
    monkeypatch.setattr(telling, "_FIRST_WAIT", 0.01)
    teller = Teller(None, "http://127.0.0.1:9/hook")
    teller.tell(ENTRY)
    teller.close(10)
    assert teller.untold == 1


def test_nobody_to_tell():
    teller = Teller(None, None)
    teller.tell(ENTRY)
    teller.close(1)
    assert teller.untold == 0


def health():
    return Health("/in", 7, 0.0, paused="away", looked=1_800_000_000.0, done={"ready": 3, "review": 0, "rejected": 1})


def test_the_heartbeat_is_for_people_and_scripts():
    said = json.loads(heartbeat(health()))
    assert (said["paused"], said["looked"], said["done"]["ready"]) == ("away", "2027-01-15T08:00:00+00:00", 3)


def test_the_numbers_are_as_prometheus_reads_them():
    lines = metrics(health()).splitlines()
    assert "assetkit_watch_paused 1" in lines
    assert "assetkit_watch_last_look_timestamp_seconds 1800000000" in lines
    assert 'assetkit_watch_assets_total{status="ready"} 3' in lines
    assert lines.count("# TYPE assetkit_watch_assets_total counter") == 1
    names = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(names) == len(set(names))
    assert {line.split("{")[0].split()[0] for line in lines if not line.startswith("#")} == set(names)


def test_both_are_written_in_one_step(tmp_path):
    show(health(), tmp_path, tmp_path / "assetkit.prom")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["assetkit.prom", "watch.json"]
    show(health(), tmp_path / "gone", tmp_path / "gone/assetkit.prom")  # must not raise
