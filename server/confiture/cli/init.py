"""Writes confiture.toml: which migrations were found, as which tool's, and what else can be set. It asks nothing."""

import argparse
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from confiture.cli.exits import Exit
from confiture.errors import ConfigError

if TYPE_CHECKING:
    from confiture.config import Config
    from confiture.model.migration import History

NAME = "init"
SUMMARY = "write a commented confiture.toml for this project"

_PLATFORMS: Mapping[str, str] = {
    "supabase": """\
-- What Supabase supplies before the first migration. Leave out what you do not use, add what is missing.
DO $$ BEGIN CREATE ROLE anon; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE authenticated; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE service_role BYPASSRLS; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE SCHEMA extensions;
CREATE SCHEMA auth;
CREATE TABLE auth.users (id uuid PRIMARY KEY, email text, raw_user_meta_data jsonb, created_at timestamptz);
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE
    AS $$ SELECT nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT nullif(current_setting('request.jwt.claim.role', true), '') $$;
CREATE SCHEMA storage;
CREATE TABLE storage.buckets (id text PRIMARY KEY, name text NOT NULL, public boolean DEFAULT false);
CREATE TABLE storage.objects (id uuid PRIMARY KEY, bucket_id text REFERENCES storage.buckets, name text, owner uuid);
"""
}
_TEMPLATE = """\
# Written by `confiture init`. All settings: `docs/configuration.md`. What is found: `confiture doctor`.

# {reason}
migrations = "{migrations}"
layout = "{layout}"

# SQL that runs before the first migration, for what your platform supplies (roles, schemas, extensions).
# prerequisites = "confiture/pre.sql"

# tests = ["tests/**/*.sql"]
{pytest}
# test_commands = ["npm test"]
# seeds = ["seeds/**/*.sql"]

# Values for placeholders, where migrations are templates.
# [variables]
# schema = "app"

# [mutation]
# fail_under = 80
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``confiture init``."""
    parser.add_argument("path", nargs="?", type=Path, default=Path(), metavar="PATH", help="the project")
    parser.add_argument("--force", action="store_true", help="overwrite the files that are there")


def run(arguments: argparse.Namespace) -> Exit:
    """Writes the files that the project lacks and says what they hold."""
    from confiture.config import find_root, load_config
    from confiture.layouts import find_history

    path = arguments.path.resolve()
    config = load_config(find_root(path), environment=os.environ)
    history = find_history(config, near=path)
    files = _files(config, history)
    if not arguments.force and (there := next((file for file in files if file.exists()), None)):
        raise ConfigError(f"{there}: is there already; nothing was written, --force overwrites it")
    sys.stdout.write(f"{history.layout}: {history.reason}\n")
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        sys.stdout.write(f"wrote {file}\n")
    return Exit.CLEAN


def _files(config: "Config", history: "History") -> dict[Path, str]:
    where = history.root.relative_to(config.root) if history.root.is_relative_to(config.root) else history.root
    values = {
        "reason": history.reason,
        "migrations": where.as_posix(),
        "layout": history.layout,
        "pytest": _pytest(config.root),
    }
    files = {config.root / "confiture.toml": _TEMPLATE.format(**values)}
    if history.layout in _PLATFORMS:
        files[config.root / "confiture" / "pre.sql"] = _PLATFORMS[history.layout]
    return files


def _pytest(root: Path) -> str:
    """The line that names the folders with tests of a database; without any, an example."""
    from confiture.engine.test_kinds import pytest_folders

    folders = pytest_folders(root)
    return f"pytest = {json.dumps(folders)}" if folders else '# pytest = ["tests/db"]'
