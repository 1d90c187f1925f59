"""Settings of a scan beside its command line: the user's and the library's ``albumsort.toml``, and the environment."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, NamedTuple

import click
from click.core import ParameterSource

from albumsort.errors import AlbumsortError
from albumsort.messages import gettext as _
from albumsort.messages import gettext_noop, reason_of
from albumsort.names import quoted

FILE = "albumsort.toml"
MOST_BYTES = 1 << 20
_SOURCES = "albumsort.settings"
_PREFIX = "ALBUMSORT_"
_OF_TESTS = "ALBUMSORT_TEST_"
"""Begins variables of this program's own tests."""


class _Rule(NamedTuple):
    """What holds for an option: whether it names a file or a folder, and why nothing but a command line may give it."""

    is_path: bool = False
    why_not: str = ""


# What one run does and shows: `albumsort scan PHOTOS` stays a preview, whatever a file says.
_OF_ONE_RUN = _Rule(
    why_not=gettext_noop("this cannot be set, for what a run does stands on the command line; give it there as --{key}")
)
_OF_ALL_COMMANDS = _Rule(
    is_path=True,
    why_not=gettext_noop(
        "this cannot be set, for other commands would not find the state; give it to each of them as --{key}"
    ),
)
_RULES: Mapping[str, _Rule] = {
    **dict.fromkeys(("to", "labels", "weights", "report", "html", "log"), _Rule(is_path=True)),
    **dict.fromkeys(("action", "tag-into", "dry-run", "yes", "rearrange", "quiet", "json"), _OF_ONE_RUN),
    "state": _OF_ALL_COMMANDS,
}
"""By key; an option that is not here may be set, and names no file."""


class Setting(NamedTuple):
    """A value as click takes it, and where it is from: a file, or the name of an environment variable."""

    value: Any
    source: str


def key_of(option: click.Option) -> str:
    """What an option is called in a file: its name on the command line, without the dashes."""
    return option.opts[0].removeprefix("--")


def variable_of(option: click.Option) -> str:
    """The environment variable of an option."""
    return f"{_PREFIX}{key_of(option).upper().replace('-', '_')}"


def settable(command: click.Command) -> dict[str, click.Option]:
    """The options of ``scan`` that files and the environment may set, by key."""
    options = {key_of(option): option for option in command.params if isinstance(option, click.Option)}
    return {key: option for key, option in options.items() if not _rule(key).why_not}


def is_path(option: click.Option) -> bool:
    """Whether the option names a file or a folder."""
    return _rule(key_of(option)).is_path


def _rule(key: str) -> _Rule:
    return _RULES.get(key, _Rule())


def places(photos: str) -> list[str]:
    """Where settings are looked for, the user's file and then that of the library whose first directory this is."""
    from platformdirs import user_config_path

    own = str(user_config_path("albumsort") / FILE)
    return [own, os.path.join(os.path.realpath(photos), FILE)] if photos else [own]


def use_settings(ctx: click.Context, _param: click.Parameter, photos: tuple[str, ...]) -> tuple[str, ...]:
    """Of the argument PHOTOS, which is eager: what the settings say becomes the default of the other options.

    Raises :class:`AlbumsortError` where a file or a variable is wrong.
    """
    if photos and not ctx.resilient_parsing:  # which is a shell's completion
        settings = read_settings(ctx.command, photos[0])
        ctx.meta[_SOURCES] = settings
        ctx.default_map = {name: setting.value for name, setting in settings.items()}
    return photos


def only_one_of_a_model(ctx: click.Context, options: MutableMapping[str, Any]) -> None:
    """Weights are those of a model: where the command line names one of the two, settings do not add the other."""
    typed = {name for name in ("model", "weights") if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE}
    if len(typed) == 1:
        options.update(dict.fromkeys({"model", "weights"} - typed))


def is_said_now(ctx: click.Context, option: click.Option) -> bool:
    """Whether the command line or the environment gives this option, neither of which a later run has."""
    name = option.name or ""
    settings: Mapping[str, Setting] = ctx.meta.get(_SOURCES, {})
    source = ctx.get_parameter_source(name)
    is_of_variable = name in settings and settings[name].source == variable_of(option)
    return source is ParameterSource.COMMANDLINE or (source is ParameterSource.DEFAULT_MAP and is_of_variable)


def told_of_source(ctx: click.Context, error: AlbumsortError) -> AlbumsortError:
    """The error, in which an option that a setting gave is named by where that stands."""
    settings: Mapping[str, Setting] = ctx.meta.get(_SOURCES, {})
    for key, option in settable(ctx.command).items():
        setting, text = settings.get(option.name or ""), str(error)
        is_used = ctx.get_parameter_source(option.name or "") is ParameterSource.DEFAULT_MAP
        if setting and is_used and text.startswith((f"--{key} ", f"--{key}:")):
            told = AlbumsortError(f"{setting.source}: {text.removeprefix('--')}")
            told.exit_code = error.exit_code
            return told
    return error


def read_settings(command: click.Command, photos: str) -> dict[str, Setting]:
    """What the files and the environment say, by parameter of ``scan``: environment over library over user.

    Raises :class:`AlbumsortError` with the file or variable, the key, what is wrong and what to do.
    """
    settings: dict[str, Setting] = {}
    options = settable(command)
    layers = [list(_of_file(file, command, options)) for file in places(photos)]
    for layer in (*layers, list(_of_environment(command, options))):
        names = {name for name, _setting in layer}
        if names & {"model", "weights"}:  # weights are those of a model
            settings = {name: own for name, own in settings.items() if name not in ("model", "weights")}
        settings.update(layer)
    return settings


def _of_environment(command: click.Command, options: Mapping[str, click.Option]) -> Iterator[tuple[str, Setting]]:
    """Those of variables that are not empty; of an option that repeats each line is a value."""
    _check_variables(options)
    for option in options.values():
        variable = variable_of(option)
        if text := os.environ.get(variable):
            value = list(filter(None, text.splitlines())) if option.multiple else text
            _check(command, option, value, variable)
            yield option.name or "", Setting(value, variable)


def _check_variables(options: Mapping[str, click.Option]) -> None:
    """Raise :class:`AlbumsortError` for a variable that is named like a setting and sets nothing."""
    names = {key: variable_of(option) for key, option in options.items()}
    for variable in sorted(name for name, text in os.environ.items() if text and name.startswith(_PREFIX)):
        if variable not in names.values() and not variable.startswith(_OF_TESTS):
            key = variable.removeprefix(_PREFIX).lower().replace("_", "-")
            raise AlbumsortError(f"{quoted(variable)[1:-1]}: {_why_not(key, names)}")


def _of_file(file: str, command: click.Command, options: Mapping[str, click.Option]) -> Iterator[tuple[str, Setting]]:
    for key, value in _read(file).items():
        where = f"{file}: {quoted(key)[1:-1]}"
        if key not in options:
            raise AlbumsortError(f"{where}: {_why_not(key, {known: known for known in options})}")
        given = _typed(options[key], value, where)
        if is_path(options[key]):
            given = os.path.normpath(os.path.join(os.path.dirname(file), os.path.expanduser(given)))
        _check(command, options[key], given, where)
        yield options[key].name or "", Setting(given, file)


def _read(file: str) -> dict[str, Any]:
    """The keys of a file; none where there is none."""
    try:
        if not stat.S_ISREG(os.stat(file).st_mode):  # a pipe of this name would never answer
            raise AlbumsortError(_("{path}: this is no file with settings; rename or remove it").format(path=file))
        with open(file, "rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        if not os.path.islink(file):
            return {}
        problem = _("{path}: this link leads nowhere; put the settings back, or remove it")
        raise AlbumsortError(problem.format(path=file)) from None
    except OSError as error:
        problem = _("{path}: the settings cannot be read: {reason}; check the file")
        raise AlbumsortError(problem.format(path=file, reason=reason_of(error))) from error
    if len(data) > MOST_BYTES:
        problem = _("{path}: more than {number} bytes are no settings; check the file")
        raise AlbumsortError(problem.format(path=file, number=MOST_BYTES))
    return _parse(data, file)


def _parse(data: bytes, file: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        settings: dict[str, Any] = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        problem = _("{path}: byte {number} is not UTF-8; save the file as UTF-8")
        raise AlbumsortError(problem.format(path=file, number=error.start + 1)) from error
    except (ValueError, RecursionError) as error:
        problem = _("{path}: this is not TOML: {reason}; write lines such as lang = 'en'")
        raise AlbumsortError(problem.format(path=file, reason=error)) from error
    return settings


def _why_not(key: str, names: Mapping[str, str]) -> str:
    """Why ``key`` sets nothing; ``names`` are what those that can be set are called there, by key."""
    import difflib

    if why_not := _rule(key).why_not:
        return _(why_not).format(key=key)
    near = difflib.get_close_matches(key[:60], names, n=1)
    if near:
        return _("unknown setting; did you mean {name}?").format(name=names[near[0]])
    return _("unknown setting; there are {names}").format(names=", ".join(names.values()))


def _typed(option: click.Option, value: Any, where: str) -> Any:
    """The value, if it is of the TOML type of this option: a list of texts for one that repeats."""
    values = value if option.multiple and isinstance(value, list) else [value]
    if option.is_flag:
        fits, advice = isinstance(value, bool), _("write true or false")
    elif isinstance(option.type, (click.IntRange, click.FloatRange)):
        kinds = int if isinstance(option.type, click.IntRange) else (int, float)
        fits, advice = isinstance(value, kinds) and not isinstance(value, bool), _("write a number, without quotes")
    else:
        fits = all(isinstance(text, str) and "\0" not in text for text in values)
        advice = _("write a text in quotes")
        if option.multiple:
            advice = _("write a text in quotes, or several in [ ] with commas between")
    if not fits:
        problem = _("{where}: {value} is of the wrong type; {advice}")
        raise AlbumsortError(problem.format(where=where, value=quoted(str(value)), advice=advice))
    if "" in values or not values:
        raise AlbumsortError(_("{where}: it is empty; give it a value, or remove the line").format(where=where))
    return values if option.multiple else value


def _check(command: click.Command, option: click.Option, value: Any, where: str) -> None:
    try:
        option.type_cast_value(click.Context(command), value)
    except click.BadParameter as error:
        raise AlbumsortError(f"{where}: {error.message}") from error
