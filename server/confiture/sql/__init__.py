"""From SQL text to `Script`: statements, tokens and clauses with exact places."""

from confiture.sql.script import parse_script, read_source

__all__ = ["parse_script", "read_source"]
