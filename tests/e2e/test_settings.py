"""``albumsort.toml`` and the environment: which setting counts, where it comes from, and what is refused."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from albumsort.cli.config import config
from albumsort.cli.scan import scan
from albumsort.cli.settings import _RULES, FILE, _parse, key_of, settable, variable_of
from albumsort.errors import AlbumsortError

from .conftest import Library, digest

CAT = "2023/cat.jpg"


class Home:
    """A user with a library, for the commands in this process."""

    def __init__(self, home: Path) -> None:
        self.photos = home / "Photos"
        self.user, self.library = home / "config" / "albumsort" / FILE, self.photos / FILE
        self.user.parent.mkdir(parents=True)
        self.photos.mkdir()

    def config(self) -> Result:
        return CliRunner().invoke(config, [str(self.photos)])

    def row(self, key: str) -> tuple[str, str]:
        """The value of a setting, and where it is from."""
        result = self.config()
        assert result.exit_code == 0, result.exception
        line = next(line for line in result.output.splitlines() if line.startswith(f"{key} "))
        value, source = line.removeprefix(key).strip().rsplit(maxsplit=1)
        return value.strip(), source

    def refused(self, text: str) -> str:
        """What is said of a file of the library with this text, on the line after its name."""
        self.library.write_text(text, encoding="utf-8")
        error = self.config().exception
        assert isinstance(error, AlbumsortError)
        assert error.exit_code == 2
        named, message = str(error)[: len(str(self.library))], str(error)[len(str(self.library)) + 2 :]
        assert named == str(self.library)
        assert "\n" not in message
        return message


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for option in settable(scan).values():
        monkeypatch.delenv(variable_of(option), raising=False)
    return Home(tmp_path)


def test_every_option_of_a_scan_can_be_set_or_says_why_not(home: Home) -> None:
    for option in scan.params:
        if isinstance(option, click.Option) and (key := key_of(option)) not in settable(scan):
            assert home.refused(f'{key} = "x"').startswith(f"{key}: this cannot be set, for ")
    for key in _RULES:
        assert f"--{key}" in {text for option in scan.params for text in option.opts}


def test_without_files_and_variables_all_is_default(home: Home) -> None:
    output = home.config().output
    assert home.row("to") == ("PHOTOS/Albums", "default")
    assert home.row("layout") == ("smart", "default")
    assert home.row("absolute-links") == ("no", "default")
    assert home.row("event-name") == ("as the language has it", "default")
    assert home.row("home") == ("found from the photos", "default")
    assert home.row("labels") == ("the shipped one", "default")
    assert f"  {home.user}  (not there)\n  {home.library}  (not there)\n" in output


def test_the_environment_wins_over_the_library_and_that_over_the_user(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.user.write_text('lang = "zh"\nsettle = 60\nexclude = ["a", "b"]\n')
    home.library.write_text('settle = 30\nexclude = "c"\n')
    monkeypatch.setenv("ALBUMSORT_EXCLUDE", "x y\nz\n")
    monkeypatch.setenv("ALBUMSORT_SETTLE", "")
    assert home.row("lang") == ("zh", str(home.user))
    assert home.row("settle") == ("30", str(home.library))
    assert home.row("exclude") == ("x y; z", "ALBUMSORT_EXCLUDE")
    assert CliRunner().invoke(config, []).output.count(str(home.library)) == 0


def test_paths_in_a_file_are_relative_to_its_folder_and_may_begin_with_the_home_folder(home: Home) -> None:
    home.library.write_text('to = "../Albums"\nlog = "~/night.log"\nlabels = "/etc/labels.yaml"\n')
    assert home.row("to")[0] == str(home.photos.parent / "Albums")
    assert home.row("log")[0] == str(home.photos.parent / "night.log")
    assert home.row("labels")[0] == "/etc/labels.yaml"


def test_a_model_sets_aside_the_weights_of_a_file_that_it_overrides(home: Home) -> None:
    home.user.write_text('model = "resnet18"\nweights = "mine.pth"\n')
    home.library.write_text('model = "efficientnet-lite0"\n')
    assert home.row("model")[0] == "efficientnet-lite0"
    assert home.row("weights") == ("none", "default")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('modle = "resnet18"', "modle: unknown setting; did you mean model?"),
        ("[scan]\n", "scan: unknown setting; there are to, "),
        ('action = "move"', "action: this cannot be set, for what a run does stands on the command line"),
        ("yes = true", "yes: this cannot be set"),
        ("dry-run = true", "dry-run: this cannot be set"),
        ("quiet = true", "quiet: this cannot be set"),
        ('state = "x"', "state: this cannot be set, for other commands would not find the state"),
        ("settle = true", "settle: 'True' is of the wrong type; write a number, without quotes"),
        ('jobs = "2"', "jobs: '2' is of the wrong type; write a number"),
        ("jobs = 0", "jobs: 0 is not in the range x>=1."),
        ("settle = nan", "settle: nan is not a valid number of seconds."),
        ('absolute-links = "yes"', "absolute-links: 'yes' is of the wrong type; write true or false"),
        ("to = 3", "to: '3' is of the wrong type; write a text in quotes"),
        ("layout = [3]", "layout: '[3]' is of the wrong type; write a text in quotes, or several in [ ]"),
        ('to = ["a"]', "to: "),
        ('to = ""', "to: it is empty; give it a value, or remove the line"),
        ("exclude = []", "exclude: it is empty"),
        ('exclude = ["a", ""]', "exclude: it is empty"),
        ('weights = "a\\u0000b"', "weights: "),
        ('duplicates = "all"', "duplicates: 'all' is not one of 'once', 'keep'."),
        ("home = [52.5, 13.4]", "home: "),
        ('home = ["52.52,13.405", "Berlin"]', "home: 'Berlin' is not a latitude and a longitude"),
        ("lang = zh", "this is not TOML: "),
        ('lang = "zh"\nlang = "en"', "this is not TOML: "),
        ("a = " + "[" * 5000, "this is not TOML: "),
        ("jobs = " + "9" * 5000, "this is not TOML: "),
        ("#" * (1 << 20) + "#", "more than 1048576 bytes are no settings"),
        ('"\\u001b[31m" = 1', "\\x1b[31m: unknown setting"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_what_to_do(home: Home, text: str, message: str) -> None:
    assert home.refused(text).startswith(message)


def test_a_file_that_cannot_be_read_is_told(home: Home) -> None:
    home.library.write_bytes(b'lang = "\xff"')
    assert "byte 9 is not UTF-8" in str(home.config().exception)
    home.library.unlink()
    home.library.symlink_to("nowhere")
    assert "leads nowhere" in str(home.config().exception)
    home.library.unlink()
    home.library.mkdir()
    assert "no file with settings" in str(home.config().exception)
    home.library.rmdir()
    os.mkfifo(home.library)
    assert "no file with settings" in str(home.config().exception)


def test_a_wrong_variable_is_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALBUMSORT_JOBS", "many")
    assert str(home.config().exception) == "ALBUMSORT_JOBS: 'many' is not a valid whole number."


@pytest.mark.parametrize(
    ("variable", "message"),
    [
        ("ALBUMSORT_LABLES", "unknown setting; did you mean ALBUMSORT_LABELS?"),
        ("ALBUMSORT_EVENT_NAMES", "unknown setting; did you mean ALBUMSORT_EVENT_NAME?"),
        ("ALBUMSORT_XYZ", "unknown setting; there are ALBUMSORT_TO, ALBUMSORT_REPORT, "),
        ("ALBUMSORT_ACTION", "this cannot be set, for what a run does stands on the command line"),
        ("ALBUMSORT_STATE", "this cannot be set, for other commands would not find the state"),
    ],
)
def test_a_variable_that_sets_nothing_is_told(
    home: Home, monkeypatch: pytest.MonkeyPatch, variable: str, message: str
) -> None:
    monkeypatch.setenv(variable, "")
    assert home.config().exit_code == 0
    monkeypatch.setenv(variable, "x")
    assert str(home.config().exception).startswith(f"{variable}: {message}")


def test_variables_of_the_shell_and_of_tests_are_no_settings(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("ALBUMSORT_TEST_WEIGHTS", "_ALBUMSORT_COMPLETE", "MY_ALBUMSORT_LABLES", "ALBUMSORT"):
        monkeypatch.setenv(variable, "x")
    assert home.config().exit_code == 0


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_settings_or_one_clear_error(data: bytes) -> None:
    with suppress(AlbumsortError):
        assert isinstance(_parse(data, "f"), dict)


def test_a_scan_follows_the_library_and_the_command_line_wins(library: Library) -> None:
    (library.photos / FILE).write_text('to = "../Sorted"\nexclude = "Trips"\nlayout = "{category}"\n')
    before = digest(library.photos / FILE)
    rows = library.scan("--state", library.state, "--action", "symlink")
    assert (library.home / "Sorted" / "Pets" / "cat.jpg").is_symlink()
    assert rows["Trips"]["note"] == "excluded by --exclude"
    options = ("--layout", "category", "--exclude", "none", "--to", "Typed")
    rows = library.scan("--state", library.state, *options, ALBUMSORT_LAYOUT="event")
    assert rows[CAT]["destination"] == str(library.home / "Typed" / "Pets" / "2023" / "cat.jpg")
    assert "Trips/china.jpg" in rows
    assert digest(library.photos / FILE) == before


def test_a_scan_names_the_file_of_a_value_that_it_cannot_use(library: Library) -> None:
    file = library.photos / FILE
    file.write_text('layout = "evnet"\n')
    error = library.run("scan", library.photos, "--state", library.state, code=2).stderr
    assert error.startswith(f"Error: {file}: layout 'evnet': no layout has this name")
    file.write_text('layot = "event"\n')
    error = library.run("scan", library.photos, "--state", library.state, code=2).stderr
    assert error == f"Error: {file}: layot: unknown setting; did you mean layout?\n"
    assert "Usage" in library.run("scan", library.photos, "--help").stdout


def test_a_preview_with_another_model_needs_no_weights_of_a_file(library: Library) -> None:
    (library.photos / FILE).write_text('weights = "not-there.pth"\n')
    library.run("scan", library.photos, "--state", library.state, "--model", "efficientnet-lite0")


def test_a_changed_file_is_news(library: Library) -> None:
    for _ in range(2):
        library.run("scan", library.photos, "--state", library.state, "--action", "symlink", "--quiet")
    assert (library.state / "no-news.json").exists()
    (library.photos / FILE).write_text('layout = "category"\nlang = "zh"\n')
    told = library.run("scan", library.photos, "--state", library.state, "--action", "symlink")
    assert "none linked" not in told.stdout
    assert (library.albums / "宠物").is_dir()
