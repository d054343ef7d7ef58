"""Every editor's guide has a block of configuration that can be read, has the right shape and starts our command."""

import json
import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from guide import GUIDE, block

from confiture.lsp.server import FEATURES

START = ["confiture-lsp", "--stdio"]


def helix() -> list[str]:
    settings = tomllib.loads(block("Helix", "toml"))
    (language,) = settings["language"]
    assert language["name"] == "sql"
    (server,) = language["language-servers"]
    return [settings["language-server"][server]["command"]]


def zed() -> list[str]:
    settings = json.loads(block("Zed", "json"))
    (server,) = settings["languages"]["SQL"]["language_servers"]
    binary = settings["lsp"][server]["binary"]
    return [binary["path"], *binary["arguments"]]


def sublime() -> list[str]:
    (client,) = json.loads(block("Sublime Text", "json"))["clients"].values()
    assert client["enabled"] is True
    assert client["selector"] == "source.sql"
    return client["command"]


def jetbrains() -> list[str]:
    template = json.loads(block("JetBrains", "json"))
    assert template.keys() == {"id", "name", "programArgs", "fileTypeMappings"}
    (mapping,) = template["fileTypeMappings"]
    assert mapping == {"fileType": {"name": "SQL", "patterns": ["*.sql"]}, "languageId": "sql"}
    return template["programArgs"]["default"].split()


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
        "textDocument/codeLens": "code lenses",
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
