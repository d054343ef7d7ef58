"""The modules that most requests need are imported by one thread, for which the others wait."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import confiture.lsp

LATE = ("confiture.layouts", "confiture.engine.project", "confiture.operators")
"""Packages that import their own modules, and what imports them: two threads could wait for each other there."""

MANY_AT_ONCE = """
import sys, threading
from confiture.lsp.warm_up import warm_up
found = []
def use():
    warm_up()
    found.append("confiture.engine.check" in sys.modules and "confiture.layouts" in sys.modules)
threads = [threading.Thread(target=use) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
sys.exit(found != [True] * 8)
"""


def test_threads_wait_for_the_one_that_imports() -> None:
    assert subprocess.run([sys.executable, "-c", MANY_AT_ONCE], check=False).returncode == 0


@pytest.mark.parametrize("path", sorted(Path(confiture.lsp.__file__).parent.rglob("*.py")), ids=lambda path: path.name)
def test_what_imports_late_in_a_request_warms_up_first(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and path.name != "runner.py":
            late = [node for node in function.body if isinstance(node, ast.ImportFrom) and node.module in LATE]
            calls = [node.value for node in function.body if isinstance(node, ast.Expr)]
            warm = [call for call in calls if isinstance(call, ast.Call) and ast.unparse(call.func) == "warm_up"]
            assert not late or (warm and warm[0].lineno < late[0].lineno), f"{function.name} imports before"
