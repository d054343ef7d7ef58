"""Edits of what a template became are edits of the template, where the lines that they touch are alike."""

from pathlib import Path

import pytest

from confiture.errors import ProjectError
from confiture.model.lines import carried_over
from confiture.model.span import Edit, Span, apply_edits
from confiture.sql import parse_script
from confiture.sql.templates import in_file

SOURCE = "CREATE TABLE shop.a ();\nDROP TABLE b;\nDROP TABLE c;\n"
TEMPLATE = "CREATE TABLE {{.schema}}.a ();\nDROP TABLE b;\nDROP TABLE c;\n"


def place(text: str, offset: int = 0) -> int:
    return SOURCE.index(text) + offset


@pytest.mark.parametrize(
    ("span", "replacement", "expected"),
    [
        ((place("b;"), place("b;", 1)), "bb", TEMPLATE.replace("TABLE b", "TABLE bb")),
        ((0, 0), "BEGIN;\n", "BEGIN;\n" + TEMPLATE),
        ((place("\n"), place("\n")), "\nSELECT 1;", TEMPLATE.replace("a ();", "a ();\nSELECT 1;")),
        ((place("\n"), place("DROP TABLE c")), "\n", TEMPLATE.replace("DROP TABLE b;\n", "")),
        ((len(SOURCE), len(SOURCE)), "END;\n", TEMPLATE + "END;\n"),
        ((place(".a"), place(".a", 2)), ".b", None),
        ((0, place("DROP TABLE b")), "", None),
    ],
    ids=["alike", "above", "below", "lines", "end", "filled in", "line that was filled in"],
)
def test_edits_are_carried_over_by_line(span: tuple[int, int], replacement: str, expected: str | None) -> None:
    carried = carried_over([Edit(Span(*span), replacement)], source=SOURCE, text=TEMPLATE)
    assert (carried and apply_edits(TEMPLATE, carried)) == expected


def test_other_lines_are_no_template() -> None:
    assert carried_over([Edit(Span(0, 0), "")], source=SOURCE, text=TEMPLATE + "\n") is None


def test_what_the_template_fills_in_is_left_to_a_person(tmp_path: Path) -> None:
    path = tmp_path / "001_a.sql"
    path.write_text(TEMPLATE)
    script = parse_script(path, SOURCE)
    assert in_file(script, [Edit(Span(place("b;"), place("b;", 1)), "bb")])[0] == TEMPLATE
    with pytest.raises(ProjectError, match=r"put this in by hand:\n\.b$"):
        in_file(script, [Edit(Span(place(".a"), place(".a", 2)), ".b")])
