"""What runs import, imported before the first one is asked for."""

import gc
from importlib import import_module

_USED_BY_RUNS = (
    "confiture.engine.check",
    "confiture.engine.workbench",
    "confiture.lsp.record",
    "sqlglot.dialects.postgres",
)


def warm_up() -> None:
    """Imports it, in any thread.

    What is imported stays. Looking for garbage in it would keep all handlers waiting, once for 50 ms while it comes
    and later again and again, so that it is exempt from then on.
    """
    gc.disable()
    try:
        for module in _USED_BY_RUNS:
            import_module(module)
    finally:
        gc.freeze()
        gc.enable()
