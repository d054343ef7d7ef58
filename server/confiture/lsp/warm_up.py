"""What runs and most requests need, imported once the client is served, and by one thread alone.

Python refuses an import in which two threads wait for each other: one that imports a package, which imports a module of
its own, and one that imports that module, which begins with the package. So whoever imports late warms up first.
"""

import gc
import threading
from importlib import import_module

_MODULES = (
    "confiture.engine.check",
    "confiture.engine.workbench",
    "confiture.lsp.record",
    "sqlglot.dialects.postgres",
)
_alone = threading.Lock()
_imported = threading.Event()


def warm_up() -> None:
    """Imports it, in any thread, or waits for the thread that does.

    What is imported stays. Looking for garbage in it would keep all handlers waiting, once for 50 ms while it comes
    and later again and again, so that it is exempt from then on.
    """
    if _imported.is_set():
        return
    with _alone:
        if _imported.is_set():
            return
        gc.disable()
        try:
            for module in _MODULES:
                import_module(module)
        finally:
            gc.freeze()
            gc.enable()
        _imported.set()
