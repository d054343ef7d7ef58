"""The file of production's table sizes, which ``confiture stats`` writes."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from confiture.config import Config
from confiture.errors import ProjectError
from confiture.model.production import Production, TableSize

_FORMAT = 1
_ADVICE = "write it anew with `confiture stats --from URL`"


def production_rows(config: Config) -> Mapping[str, int]:
    """How many rows each table has in production: what the settings say, before what the file of statistics says.

    Raises:
        ProjectError: the file cannot be read.
    """
    path, sizes = config.scale.statistics, dict(config.scale.sizes)
    return {name: size.rows for name, size in load_production(path).tables.items()} | sizes if path else sizes


def save_production(path: Path, production: Production) -> None:
    """Writes the file, in a stable order.

    Raises:
        ProjectError: it cannot be written.
    """
    data = {
        "format": _FORMAT,
        "taken": datetime.now(UTC).date().isoformat(),
        "server": production.server,
        "tables": {name: {"rows": size.rows, "bytes": size.bytes} for name, size in production.tables.items()},
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        raise ProjectError(f"{path}: cannot write the statistics: {error.strerror}") from error


def load_production(path: Path) -> Production:
    """What `save_production` wrote.

    Raises:
        ProjectError: there is no such file, or it is damaged.
    """
    try:
        return _parse(path.read_text("utf-8"))
    except OSError as error:
        raise ProjectError(f"{path}: cannot read the statistics: {error.strerror}; {_ADVICE}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ProjectError(f"{path}: cannot read the statistics ({error}); {_ADVICE}") from error


def _parse(text: str) -> Production:
    data: Any = json.loads(text)
    if data["format"] != _FORMAT:
        raise ValueError(f"format {data['format']} is not {_FORMAT}")
    tables = cast("Mapping[str, Mapping[str, object]]", data["tables"])
    return Production(
        str(data["server"]),
        {name: TableSize(_count(size["rows"]), _count(size.get("bytes", 0))) for name, size in tables.items()},
    )


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r} is no number of rows or bytes")
    return value
