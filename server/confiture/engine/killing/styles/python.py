"""pytest: a function per claim, on the connection or cursor that the file's other tests use."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum
from pathlib import Path

from confiture.engine.killing.claim import Claim
from confiture.engine.killing.styles.style import Style, indented
from confiture.model.lines import line_end_of
from confiture.model.span import Edit, Span

_LONGEST_NAME = 80
_BIND = re.compile(r"(?<![:\w\\]):(?=\w)")
"""What SQLAlchemy's text() takes for the name of a parameter."""
_OWN_IMPORTS = "import os\n\nimport psycopg\n"


class _Access(Enum):
    """How a test reaches the database."""

    CONNECTION = "a connection of the DB-API"
    CURSOR = "a cursor of the DB-API"
    SQLALCHEMY = "a connection of SQLAlchemy"
    OWN = "a connection that the test opens"


def recognises(path: Path, _text: str) -> bool:
    """Any Python file."""
    return path.suffix == ".py"


def begin(head: str, example: str) -> str:
    """The directive as a comment, and the imports that the tests need."""
    access, _ = _access(example)
    match access:
        case _Access.OWN:
            imports = _OWN_IMPORTS
        case _Access.SQLALCHEMY:
            imports = "from sqlalchemy import text\n"
        case _Access.CONNECTION | _Access.CURSOR:
            imports = ""
    return head.replace("--", "#") + imports


def say(claims: Sequence[Claim], text: str) -> str:
    """One function per claim, whose names ``text`` does not have yet."""
    taken = {node.name for node in _functions(text)}
    access, fixture = _access(text)
    newline = line_end_of(text)
    functions: list[str] = []
    for claim in claims:
        name = _free(_name(claim.words), taken)
        taken.add(name)
        functions.append(_function(name, claim, access=access, fixture=fixture))
    return "\n\n".join(functions).replace("\n", newline)


def insert(text: str, claims: Sequence[Claim]) -> tuple[Edit, ...]:
    """Functions go to the end, and imports that they need to the top."""
    newline = line_end_of(text)
    joint = "" if not text else newline * (2 if text.endswith(("\n", "\r")) else 3)
    return (*_imports(text), Edit(Span(len(text), len(text)), joint + say(claims, text)))


def _imports(text: str) -> Iterator[Edit]:
    access, _ = _access(text)
    if access is _Access.OWN and not ("import os" in text and "import psycopg" in text):
        yield Edit(Span(0, 0), f"{_OWN_IMPORTS}\n")


def _function(name: str, claim: Claim, *, access: _Access, fixture: str) -> str:
    words = claim.words.replace("\\", "\\\\").replace('"""', "'''")
    head = f'def {name}({fixture}):\n    """{words}."""\n'
    match access:
        case _Access.CONNECTION:
            return f"{head}    with {fixture}.cursor() as cursor:\n" + _asked(claim, "cursor", depth=8)
        case _Access.CURSOR:
            return head + _asked(claim, fixture, depth=4)
        case _Access.SQLALCHEMY:
            query = _query(replace(claim, query=_BIND.sub(r"\:", claim.query)), depth=4)
            return f"{head}    rows = {fixture}.execute(text({query})).scalars().all()\n    assert rows and all(rows)\n"
        case _Access.OWN:
            opened = 'with psycopg.connect(os.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:'
            return f"{head}    {opened}\n" + _asked(claim, "cursor", depth=8)


def _asked(claim: Claim, cursor: str, *, depth: int) -> str:
    """Asks the claim's query and asserts its answer, so many columns to the right."""
    if claim.many:
        answer = (f"rows = {cursor}.fetchall()", "assert rows and all(holds for (holds,) in rows)")
    else:
        answer = (f"(holds,) = {cursor}.fetchone()", "assert holds")
    lines = (f"{cursor}.execute({_query(claim, depth=depth)})", *answer)
    return "".join(f"{' ' * depth}{line}\n" for line in lines)


def _query(claim: Claim, *, depth: int) -> str:
    """The claim's query as a string of Python; on one line if it has one."""
    query = claim.query
    raw = "r" if "\\" in query else ""
    if "\n" not in query and '"' not in query and len(query) < _LONGEST_NAME:
        return f'{raw}"{query}"'
    return f'{raw}"""\n{indented(query, depth + 4)}\n{" " * depth}"""'


def _name(words: str) -> str:
    name = "_".join(re.findall(r"\w+", words.lower(), re.ASCII))
    return f"test_{name[:_LONGEST_NAME]}".rstrip("_")


def _free(name: str, taken: set[str]) -> str:
    number, free = 2, name
    while free in taken:
        number, free = number + 1, f"{name}_{number}"
    return free


def _functions(text: str) -> list[ast.FunctionDef]:
    try:
        return [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    except SyntaxError:
        return []


def _access(text: str) -> tuple[_Access, str]:
    """How the tests in ``text`` reach the database, and by which fixture; as most of them do."""
    found = [access for function in _functions(text) if function.name.startswith("test") for access in _uses(function)]
    return max(dict.fromkeys(found), key=found.count, default=(_Access.OWN, ""))


def _uses(function: ast.FunctionDef) -> Iterator[tuple[_Access, str]]:
    fixtures = {argument.arg for argument in function.args.args}
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="cursor")) if name in fixtures:
                yield _Access.CONNECTION, name
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="execute"), args=[query, *_]) if (
                name in fixtures
            ):
                match query:
                    case ast.Call(func=ast.Name(id="text") | ast.Attribute(attr="text")):
                        yield _Access.SQLALCHEMY, name
                    case _:
                        yield (_Access.CURSOR if "cur" in name.lower() else _Access.CONNECTION), name
            case _:
                pass


STYLE = Style("pytest", ".py", recognises, begin, say, insert)
