import logging
import os
import shutil
from importlib.util import find_spec

import pytest
from hypothesis import settings

from tests.factories import FakeText

# a shared machine is slow at times; no test is about time
settings.register_profile("assetkit", deadline=None)
settings.register_profile("thorough", deadline=None, max_examples=2000)
settings.load_profile("assetkit")


BROWSER = os.environ.get("ASSETKIT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_configure(config):
    config.addinivalue_line("markers", "logs_errors: this test means to log at ERROR level")


@pytest.fixture(autouse=True)
def _no_error_log(request, caplog):
    """A test that logs an error it did not ask for has not passed."""
    yield
    if request.node.get_closest_marker("logs_errors") is None:
        records = [r for when in ("setup", "call") for r in caplog.get_records(when)]
        errors = [r.getMessage() for r in records if r.levelno >= logging.ERROR]
        assert not errors, f"logged at ERROR level: {errors}"


@pytest.fixture(autouse=True)
def state(tmp_path_factory, monkeypatch):
    """No test remembers another, nor what the person who runs the tests did."""
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("ASSETKIT_STATE", str(folder))
    monkeypatch.delenv("DASK_SCHEDULER_ADDRESS", raising=False)
    return folder


@pytest.fixture
def text_engine(monkeypatch):
    """Put a fake text engine where measuring asks for one; call it with the boxes it finds."""

    def use(*boxes, error=None):
        engine = FakeText(*boxes, error=error)
        monkeypatch.setattr("assetkit.measure.detector", lambda *_: engine)
        return engine

    use()
    return use


def pytest_addoption(parser):
    parser.addoption("--regen", action="store_true", help="write golden files and generated documents again")


@pytest.fixture
def regen(request):
    """True if golden files are to be written again; review the diff."""
    return request.config.getoption("--regen")


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium; skips with a reason where there is none, and fails where CI has promised one."""
    missing = [name for name, there in (("playwright", find_spec("playwright")), ("chromium", BROWSER)) if not there]
    if missing:
        reason = f"{' and '.join(missing)} not installed: pip install playwright, apt install chromium"
        (pytest.fail if os.environ.get("ASSETKIT_CI_BROWSER") else pytest.skip)(reason)
    from playwright.sync_api import sync_playwright

    # as root Chromium has no sandbox to put itself in
    switches = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--force-color-profile=srgb"]
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=BROWSER, args=switches)
        yield opened
        opened.close()
