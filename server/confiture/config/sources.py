"""Where settings are written: files, the environment, the editor and the command line."""

import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import quote

from confiture.config.settings import Setting, is_table
from confiture.config.values import KEYS, SECTIONS
from confiture.errors import ConfigError

_OWN_FILE = "confiture.toml"
_SHARED_FILE = "pyproject.toml"
_NUMBERS: Mapping[str, str] = {
    "MUTATION_TIMEOUT": "mutation.timeout_seconds",
    "PERF_CREATE_TABLE_THRESHOLD": "performance.create_table_seconds",
    "PERF_CREATE_INDEX_THRESHOLD": "performance.create_index_seconds",
    "PERF_BULK_INSERT_10K_THRESHOLD": "performance.bulk_insert_seconds",
}
_BOOLEANS: Mapping[str, str] = {"MUTATION_VERBOSE": "mutation.verbose"}
_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def find_root(path: Path) -> Path:
    """The project that ``path``, a file or directory that may not exist yet, belongs to.

    It is the nearest directory upwards with a ``confiture.toml``, a ``pyproject.toml`` with ``[tool.confiture]`` or a
    ``.git``; where there is none, the directory itself.
    """
    resolved = path.resolve()
    directory = resolved if resolved.is_dir() else resolved.parent
    for ancestor in (directory, *directory.parents):
        if (ancestor / _OWN_FILE).is_file() or (ancestor / ".git").exists() or _speaks_of_us(ancestor / _SHARED_FILE):
            return ancestor
    return directory


def repository_of(root: Path) -> Path | None:
    """The checkout that the project at ``root`` lies in; ``.git`` is a file in worktrees and submodules."""
    return next((directory for directory in (root, *root.parents) if (directory / ".git").exists()), None)


def from_file(root: Path) -> Iterator[Setting]:
    """The settings of the file at ``root``, none where there is no file.

    Raises:
        ConfigError: both files have settings, one cannot be read, or it has an unknown key.
    """
    own, shared = root / _OWN_FILE, root / _SHARED_FILE
    if not _speaks_of_us(shared):
        return flatten(_parse(own), str(own)) if own.is_file() else iter(())
    if own.is_file():
        message = f"{root}: settings stand in both {_OWN_FILE} and [tool.confiture] of {_SHARED_FILE}; keep one of them"
        raise ConfigError(message)
    tools = _parse(shared).get("tool")
    table = tools.get("confiture") if is_table(tools) else None
    if table is None:
        return iter(())
    if not is_table(table):
        raise ConfigError(f"{shared}: tool.confiture must be a table; write [tool.confiture]")
    return flatten(table, f"{shared}: tool.confiture")


def from_environment(environment: Mapping[str, str]) -> Iterator[Setting]:
    """The settings among the variables of ``environment``; an empty variable is not set."""
    url = environment.get("DATABASE_URL") or _url(environment)
    if url:
        origin = "DATABASE_URL" if environment.get("DATABASE_URL") else "POSTGRES_HOST …"
        yield Setting("postgres.url", url, f"environment variable {origin}")
    for variable, key in _NUMBERS.items():
        if text := environment.get(variable, "").strip():
            yield Setting(key, _number(text), f"environment variable {variable}")
    for variable, key in _BOOLEANS.items():
        if text := environment.get(variable, "").strip():
            yield Setting(key, _WORDS.get(text.lower(), text), f"environment variable {variable}")


def flatten(table: Mapping[str, object], origin: str) -> Iterator[Setting]:
    """The settings in ``table``, which is nested as the file is; ``origin`` is named in errors. None is not set.

    Raises:
        ConfigError: a key is unknown.
    """
    for name, value in table.items():
        if name and name in SECTIONS:
            if not is_table(value):
                raise ConfigError(f"{origin}: {name} must be a table with {_listed(SECTIONS[name])}")
            yield from _section(name, value, origin=origin)
        elif name in SECTIONS[""]:
            yield from _setting(name, value, origin)
        else:
            raise _unknown(name, origin)


def _section(section: str, table: Mapping[str, object], *, origin: str) -> Iterator[Setting]:
    for name, value in table.items():
        key = f"{section}.{name}"
        if name not in SECTIONS[section]:
            raise _unknown(key, origin)
        yield from _setting(key, value, origin)


def _setting(key: str, value: object, origin: str) -> Iterator[Setting]:
    if value is not None:
        yield Setting(key, value, origin)


def _unknown(key: str, origin: str) -> ConfigError:
    section, _, name = key.rpartition(".")
    names = SECTIONS[section] if section else (*SECTIONS[""], *filter(None, SECTIONS))
    if near := get_close_matches(name, names, n=1):
        return ConfigError(f"{origin}: {key} is not a setting; did you mean {f'{section}.{near[0]}'.lstrip('.')}?")
    elsewhere = {known.rpartition(".")[2]: known for known in KEYS}
    if near := get_close_matches(name, elsewhere, n=1):
        return ConfigError(f"{origin}: {key} is not a setting; did you mean {elsewhere[near[0]]}?")
    return ConfigError(f"{origin}: {key} is not a setting; there are {_listed(names)}")


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names)


def _parse(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error


def _speaks_of_us(path: Path) -> bool:
    """Whether a shared file has settings of ours; one that other tools broke is theirs to report."""
    try:
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError:
        return False
    if "confiture" not in text:
        return False
    try:
        tools = tomllib.loads(text).get("tool")
    except tomllib.TOMLDecodeError:
        return "[tool.confiture" in text
    return is_table(tools) and "confiture" in tools


def _url(environment: Mapping[str, str]) -> str | None:
    """The server that ``POSTGRES_*`` names; a host that is a directory is that of its socket."""
    host = environment.get("POSTGRES_HOST", "")
    if not host:
        return None
    user, password, port, database = (
        quote(environment.get(f"POSTGRES_{name}", ""), safe="") for name in ("USER", "PASSWORD", "PORT", "DB")
    )
    login = f"{user}:{password}@" if password else f"{user}@" if user else ""
    place = f"[{host}]" if ":" in host else quote(host, safe="")
    return f"postgresql://{login}{place}{f':{port}' if port else ''}{f'/{database}' if database else ''}"


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text
