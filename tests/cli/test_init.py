"""``confiture init`` writes files that the other commands then work with."""

from pathlib import Path

import pytest
from command import run

from confiture.config import load_config
from confiture.engine.project import load_project
from confiture.oracles.pytest_oracle import PytestOracle


@pytest.fixture
def project(tmp_path: Path) -> Path:
    migrations = tmp_path / "supabase" / "migrations"
    migrations.mkdir(parents=True)
    script = "CREATE TABLE profiles (id uuid REFERENCES auth.users);\nGRANT SELECT ON profiles TO anon;\n"
    (migrations / "20240101000000_profiles.sql").write_text(script)
    return tmp_path.resolve()


def test_the_settings_name_what_was_found_and_why(project: Path) -> None:
    answer = run("init", cwd=project)
    assert answer.code == 0, answer.stderr
    config = load_config(project, environment={})
    assert (config.layout, config.migrations) == ("supabase", project / "supabase" / "migrations")
    assert "the directory is supabase/migrations" in answer.stdout
    assert "the directory is supabase/migrations" in (project / "confiture.toml").read_text()


def test_what_the_platform_supplies_lets_the_history_apply(project: Path) -> None:
    run("init", cwd=project)
    answer = run("profile", cwd=project)
    assert "apply-error" not in answer.stdout
    assert answer.code == 0, answer.stdout + answer.stderr


def test_nothing_is_overwritten_without_force(project: Path) -> None:
    settings = project / "confiture.toml"
    settings.write_text("# mine\n")
    answer = run("init", cwd=project)
    assert answer.code == 2
    assert "--force" in answer.stderr
    assert settings.read_text() == "# mine\n"
    assert not (project / "confiture").exists()
    assert run("init", "--force", cwd=project).code == 0
    assert settings.read_text() != "# mine\n"


def test_several_histories_are_said_with_the_setting_that_decides(project: Path) -> None:
    (project / "billing").mkdir()
    (project / "billing" / "1_a.up.sql").write_text("SELECT 1;\n")
    answer = run("init", cwd=project)
    assert answer.code == 2
    assert 'migrations = "' in answer.stderr
    assert not (project / "confiture.toml").exists()


def test_tests_in_pytest_that_name_a_database_are_asked(project: Path) -> None:
    (project / "tests").mkdir()
    (project / "tests" / "test_profiles.py").write_text("import os\nURL = os.environ['DATABASE_URL']\n")
    assert run("init", cwd=project).code == 0
    assert load_project(project, environment={}).programs == (PytestOracle(("tests",), project),)
