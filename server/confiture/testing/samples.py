"""The sample schema: files that apply in the order of the dictionary, on every supported server."""

import shutil
from pathlib import Path

_FOLDER = Path(__file__).parent / "fixtures" / "sample_schema"
_NAMES = ("extensions", "users", "posts", "comments", "user_stats")


class SampleSchema(dict[str, Path]):
    """Paths by file name, for instance ``users.sql``; the bare stem, ``users``, finds them too."""

    def __missing__(self, key: str) -> Path:
        name = f"{key}.sql"
        if not super().__contains__(name):
            raise KeyError(f"{key}: there are {', '.join(self)}")
        return self[name]

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or super().__contains__(f"{key}.sql")


def write_samples(folder: Path) -> SampleSchema:
    """Copies of the files in the new ``folder``, for a test to change as it likes."""
    folder.mkdir()
    return SampleSchema({f"{name}.sql": Path(shutil.copy(_FOLDER / f"{name}.sql", folder)) for name in _NAMES})
