"""What is left of an error that nobody expected: one sentence, and a private report."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from db.database import Database
from db.settings import Settings
from tests.tui.support import application, settled
from tui import crash
from tui.app import CustomerCenter
from tui.screens.campaigns import CampaignsScreen

SECRET = "s3cret"
URL = f"postgresql://anna:{SECRET}@db.example/leads"


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], list[Path]]:
    """The reports that were written."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return lambda: sorted(tmp_path.rglob("crash-*.txt"))


def fail() -> None:
    password = SECRET  # a local variable, as a trace could show it
    raise RuntimeError(f"no way to {URL}, [/red] \x1b]52;c;AAAA\x07 {len(password)}")


def in_a_screen(pilot: Pilot[int]) -> None:
    pilot.app.screen.call_later(fail)


def in_a_read(pilot: Pilot[int]) -> None:
    screen = pilot.app.screen
    assert isinstance(screen, CampaignsScreen)
    screen.read(fail, lambda _: None, group="test")


async def crashed(app: CustomerCenter, cause: Callable[[Pilot[int]], None] | None) -> None:
    """Run an application until an error ends it; Textual's pilot raises the error again."""
    with pytest.raises(Exception, match="no way to"):
        await _run(app, cause)


async def _run(app: CustomerCenter, cause: Callable[[Pilot[int]], None] | None) -> None:
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            if cause is not None:
                await settled(pilot)
                cause(pilot)
            await pilot.pause()
    finally:
        app.gateway.close()


async def test_an_error_in_a_screen_ends_with_one_sentence_and_no_trace(
    untouched_url: str,
    reports: Callable[[], list[Path]],
    capfd: pytest.CaptureFixture[str],
) -> None:
    app = application(untouched_url)
    await crashed(app, in_a_screen)
    said = capfd.readouterr().err
    assert "Customer Center stopped" in said
    assert "RuntimeError: no way to postgresql://anna:***@db.example" in " ".join(said.split())
    assert "Traceback" not in said
    assert app.return_code == 1


async def test_no_secret_and_no_control_is_on_the_screen_or_in_the_report(
    untouched_url: str,
    reports: Callable[[], list[Path]],
    capfd: pytest.CaptureFixture[str],
) -> None:
    await crashed(application(untouched_url), in_a_screen)
    (report,) = reports()
    for text in (capfd.readouterr().err, report.read_text()):
        assert SECRET not in text
        assert "\x1b]" not in text
        assert "\x07" not in text


async def test_the_report_says_where_and_is_readable_by_its_owner_alone(
    untouched_url: str, reports: Callable[[], list[Path]]
) -> None:
    await crashed(application(untouched_url), in_a_screen)
    (report,) = reports()
    assert "test_crash.py" in report.read_text()
    assert stat.S_IMODE(report.stat().st_mode) == 0o600


async def test_an_error_in_a_read_is_reported_as_itself(
    untouched_url: str, reports: Callable[[], list[Path]]
) -> None:
    await crashed(application(untouched_url), in_a_read)
    (report,) = reports()
    assert "in fail" in report.read_text()


async def test_an_error_on_the_way_in_ends_the_application(
    reports: Callable[[], list[Path]], capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(settings: Settings) -> Database:
        fail()
        raise AssertionError

    await crashed(CustomerCenter(Settings(URL), broken), None)
    assert "Customer Center stopped" in capfd.readouterr().err
    assert len(reports()) == 1


def test_a_report_that_can_not_be_written_leaves_the_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(blocked))
    monkeypatch.setattr("tempfile.tempdir", str(blocked))
    try:
        fail()
    except RuntimeError as error:
        sentence = crash.report(error)
    assert "RuntimeError: no way to" in sentence
    assert str(blocked) not in sentence


def test_a_report_goes_to_a_private_folder(
    reports: Callable[[], list[Path]], tmp_path: Path
) -> None:
    crash.report(ValueError("x"))
    (report,) = reports()
    assert stat.S_IMODE(os.stat(report.parent).st_mode) == 0o700
