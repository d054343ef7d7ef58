"""Runs the project's tests in the project's own Python, which needs pytest and nothing of ours.

``python pytest_worker.py serve REQUESTS REPLIES ARGUMENT…`` collects once, and then forks for each request.
``python pytest_worker.py once REQUEST_FILE REPLY_FILE ARGUMENT…`` answers one request, where there is no fork.

A request and its reply are lines of JSON. Request: ``left_out``, ids of tests that do not run, and ``first``, whether
the first failure ends it. Reply: ``outcomes`` by id (passed, failed, skipped), ``failed`` and ``message`` of the first
failure; or ``error``, when no test could run.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import IO, Any

import pytest

_LONGEST_MESSAGE = 20_000


class Recorder:
    """What became of the tests so far."""

    def __init__(self) -> None:
        self.outcomes: dict[str, str] = {}
        self.failed: str | None = None
        self.message = ""
        self.collect_errors: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Notes what cannot be collected."""
        if report.failed:
            self.collect_errors.append(f"{report.nodeid}: {report.longreprtext}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notes the worst of set-up, test and tear-down."""
        if report.failed:
            self.outcomes[report.nodeid] = "failed"
            if self.failed is None:
                self.failed, self.message = report.nodeid, report.longreprtext[-_LONGEST_MESSAGE:]
        elif report.skipped and not hasattr(report, "wasxfail"):
            self.outcomes[report.nodeid] = "skipped"
        else:
            self.outcomes.setdefault(report.nodeid, "passed")

    def reply(self) -> dict[str, Any]:
        """The answer to a request."""
        return {"outcomes": self.outcomes, "failed": self.failed, "message": self.message}


class Worker:
    """Answers requests where pytest would run its tests."""

    def __init__(self, recorder: Recorder, answer: Callable[[pytest.Session], None]) -> None:
        self._recorder = recorder
        self._answer = answer

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Everything is collected."""
        self._answer(session)
        return True


def run(session: pytest.Session, recorder: Recorder, request: dict[str, Any]) -> dict[str, Any]:
    """Runs the tests that a request asks for."""
    if recorder.collect_errors:
        return {"error": "\n".join(recorder.collect_errors)}
    left_out = set(request["left_out"])
    items = [item for item in session.items if item.nodeid not in left_out]
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if recorder.failed and request["first"]:
            break
    return recorder.reply()


def serve(requests: IO[str], replies: IO[str], arguments: Sequence[str]) -> int:
    """Answers requests until there are no more."""
    recorder = Recorder()

    def answer(session: pytest.Session) -> None:
        for line in requests:
            replies.write(_in_fork(lambda: run(session, recorder, json.loads(line))) + "\n")  # noqa: B023 - run at once
            replies.flush()

    return int(pytest.main([*arguments], plugins=[recorder, Worker(recorder, answer)]))


def once(request_file: str, reply_file: str, arguments: Sequence[str]) -> int:
    """Answers one request."""
    recorder = Recorder()

    def answer(session: pytest.Session) -> None:
        with open(request_file, encoding="utf-8") as request:  # noqa: PTH123 - as few imports as can be
            reply = run(session, recorder, json.load(request))
        with open(reply_file, "w", encoding="utf-8") as file:  # noqa: PTH123 - as above
            json.dump(reply, file)

    return int(pytest.main([*arguments], plugins=[recorder, Worker(recorder, answer)]))


def _in_fork(work: Callable[[], dict[str, Any]]) -> str:
    """What ``work`` returns in a process that is like this one and ends then."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        with os.fdopen(theirs, "w", encoding="utf-8") as file:
            json.dump(work(), file)
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, encoding="utf-8") as file:
        said = file.read()
    _, status = os.waitpid(child, 0)
    if status == 0 and said:
        return said
    return json.dumps(
        {"error": f"the process of the tests ended early, with status {os.waitstatus_to_exitcode(status)}"}
    )


def _arguments(given: Sequence[str]) -> list[str]:
    """With what makes one process run all in the same order each time, and leaves no files behind."""
    more = ["-q", "-p", "no:cacheprovider"]
    more += ["-n0"] if find_spec("xdist") else []
    more += ["--no-cov"] if find_spec("pytest_cov") else []
    more += ["-p", "no:randomly"] if find_spec("pytest_randomly") else []
    return [*given, *more]


def main(mode: str, requests: str, replies: str, given: Sequence[str]) -> int:
    """Starts in one of the two ways. The project's modules are found as with ``python -m pytest``."""
    sys.path[0] = os.getcwd()  # noqa: PTH109 - as few imports as can be
    if mode == "once":
        return once(requests, replies, _arguments(given))
    with os.fdopen(int(requests), encoding="utf-8") as ask, os.fdopen(int(replies), "w", encoding="utf-8") as tell:
        return serve(ask, tell, _arguments(given))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]))
