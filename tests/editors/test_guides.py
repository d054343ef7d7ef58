"""Every editor's guide has a block of configuration that can be read, has the right shape and starts our command."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from guide import GUIDE, block, blocks

from confiture.lsp.server import FEATURES

SCHEMAS = Path(__file__).with_name("schemas")
START = ["confiture-lsp", "--stdio"]


def helix() -> list[str]:
    settings = tomllib.loads(blocks("Helix")[0][1])
    (language,) = settings["language"]
    assert language["name"] == "sql"
    (server,) = language["language-servers"]
    return [settings["language-server"][server]["command"]]


def zed() -> list[str]:
    settings = sound("Zed", "zed")
    (server,) = settings["languages"]["SQL"]["language_servers"]
    binary = settings["lsp"][server]["binary"]
    return [binary["path"], *binary["arguments"]]


def sublime() -> list[str]:
    (client,) = sound("Sublime Text", "sublime")["clients"].values()
    assert client["enabled"] is True
    assert client["selector"] == "source.sql"
    return client["command"]


def jetbrains() -> list[str]:
    template = sound("JetBrains", "lsp4ij")
    assert template["fileTypeMappings"] == [{"fileType": {"name": "SQL", "patterns": ["*.sql"]}, "languageId": "sql"}]
    return template["programArgs"]["default"].split()


def sound(editor: str, schema: str) -> dict[str, Any]:
    """The JSON of an editor's guide, once it has passed the editor's schema."""
    settings = json.loads(block(editor, "json"))
    rules = json.loads((SCHEMAS / f"{schema}.json").read_text())
    jsonschema.Draft7Validator.check_schema(rules)
    jsonschema.Draft7Validator(rules).validate(settings)
    return settings


@pytest.mark.parametrize("read", [helix, zed, sublime, jetbrains])
def test_the_block_starts_the_server(read: Callable[[], list[str]]) -> None:
    command = read()
    assert command == START[: len(command)]


def test_settings_of_vs_code_are_settings_of_the_extension() -> None:
    manifest = json.loads((GUIDE.parents[1] / "vscode-client" / "package.json").read_text())
    known: dict[str, Any] = manifest["contributes"]["configuration"]["properties"]
    assert set(json.loads(block("VS Code", "json"))) <= set(known)


def test_the_table_of_what_the_server_speaks_leaves_out_nothing_big() -> None:
    table = GUIDE.read_text().partition("## What the server speaks")[2]
    words = {
        "textDocument/codeAction": "code actions",
        "codeLens/resolve": "code lenses",
        "textDocument/codeLens": "code lenses",
        "textDocument/documentLink": "document links",
        "textDocument/inlayHint": "inlay hints",
        "textDocument/completion": "completion",
        "textDocument/diagnostic": "diagnostics",
        "textDocument/documentSymbol": "document symbols",
        "textDocument/foldingRange": "folding",
        "textDocument/hover": "hover",
        "workspace/diagnostic": "workspace diagnostics",
        "workspace/symbol": "workspace symbols",
        "workspace/textDocumentContent": "text documents of the server",
    }
    requests = {feature.method for feature in FEATURES if not feature.method.partition("/")[2].startswith("did")}
    assert requests - {"initialize", "initialized", "shutdown", "window/workDoneProgress/cancel"} == words.keys()
    assert all(f"| {word}" in table for word in words.values())
