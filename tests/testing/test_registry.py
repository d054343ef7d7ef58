"""The catalog of mutations: what is in it, how it is looked up, and what each mutation does to a text."""

import pytest

from confiture.operators import ALL_OPERATORS
from confiture.testing.frameworks.mutation import Mutation, MutationRegistry

REGISTRY = MutationRegistry()
COUNTS = {"SCHEMA": 6, "DATA": 7, "ROLLBACK": 5, "PERFORMANCE": 6}
MIGRATION = """\
SET lock_timeout = '2s';
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    shop_id bigint NOT NULL,
    status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'paid')),
    UNIQUE (customer_id, shop_id)
);
CREATE INDEX CONCURRENTLY customers_name_idx ON customers (name, email);
ALTER TABLE customers ADD CONSTRAINT named CHECK (name <> '') NOT VALID;
ALTER TABLE customers ADD COLUMN points integer DEFAULT 0;
UPDATE customers SET name = coalesce(name, 'nobody') WHERE id > 10 AND name IS NULL;
INSERT INTO totals (customer_id, amount)
    SELECT DISTINCT c.id, amount + 1 FROM customers c LEFT JOIN vip v ON v.id = c.id;
"""
DOWN = """\
ALTER TABLE customers ADD COLUMN phone text NOT NULL;
UPDATE customers SET phone = backup.phone FROM backup WHERE backup.id = customers.id;
DELETE FROM customers WHERE id < 0;
DROP TABLE IF EXISTS backup;
"""


def test_holds_24_mutations_by_category() -> None:
    assert {category: len(mutations) for category, mutations in REGISTRY.mutations.items()} == COUNTS
    assert len({mutation.id for mutation in REGISTRY.get_all_mutations()}) == 24


def test_has_a_property_for_each_category() -> None:
    properties = [
        REGISTRY.schema_mutations,
        REGISTRY.data_mutations,
        REGISTRY.rollback_mutations,
        REGISTRY.performance_mutations,
    ]
    assert properties == [REGISTRY.get_category_mutations(category) for category in COUNTS]
    assert properties == [*REGISTRY.mutations.values()]


def test_describes_each_operator() -> None:
    described = {
        mutation.id: (mutation.name, mutation.description, mutation.category, mutation.severity, mutation.keywords)
        for mutation in MutationRegistry().get_all_mutations()
    }
    assert described == {
        operator.id: (
            operator.name,
            operator.summary,
            operator.category.value,
            operator.severity.name,
            [*operator.keywords],
        )
        for operator in ALL_OPERATORS
    }


def test_finds_by_id() -> None:
    mutation = REGISTRY.get_mutation_by_id("SCH_002")
    assert isinstance(mutation, Mutation)
    assert (mutation.category, mutation.severity) == ("SCHEMA", "CRITICAL")
    assert REGISTRY.has_mutation("SCH_002")
    assert not REGISTRY.has_mutation("SCH_999")
    assert REGISTRY.get_mutation_by_id("SCH_999") is None


def test_finds_by_severity() -> None:
    severities = ["CRITICAL", "HIGH", "MEDIUM", "LOW"]
    assert sum(len(REGISTRY.get_mutations_by_severity(severity)) for severity in severities) == 24
    assert all(mutation.severity == "HIGH" for mutation in REGISTRY.get_mutations_by_severity("high"))


@pytest.mark.parametrize("word", ["", "SCHEMAS"])
def test_says_which_words_there_are(word: str) -> None:
    with pytest.raises(ValueError, match="is no category; there are SCHEMA, DATA, ROLLBACK, PERFORMANCE"):
        REGISTRY.get_category_mutations(word)
    with pytest.raises(ValueError, match="is no severity; there are LOW, MEDIUM, HIGH, CRITICAL"):
        REGISTRY.get_mutations_by_severity(word)


def test_what_is_handed_out_can_be_changed_without_harm() -> None:
    registry = MutationRegistry()
    registry.mutations["SCHEMA"].clear()
    registry.get_all_mutations().clear()
    assert len(registry.schema_mutations) == 6


@pytest.mark.parametrize("mutation", REGISTRY.get_all_mutations(), ids=lambda mutation: mutation.id)
def test_applies_to_an_up_or_a_down_script(mutation: Mutation) -> None:
    text = DOWN if mutation.category == "ROLLBACK" else MIGRATION
    if mutation.id == "PERF_006":
        text = "UPDATE customers SET name = upper(name) WHERE id BETWEEN 1 AND 1000;\n"
    mutated = mutation.apply_function(text)
    assert mutated != text
    assert mutation.apply_function(text) == mutated


def test_each_makes_a_mistake_of_its_own() -> None:
    up = [mutation for mutation in MutationRegistry().get_all_mutations() if mutation.category != "ROLLBACK"]
    made = [mutation.apply_function(MIGRATION) for mutation in up]
    made = [text for text in made if text != MIGRATION]
    assert len(made) == len({*made})


@pytest.mark.parametrize("mutation", REGISTRY.get_all_mutations(), ids=lambda mutation: mutation.id)
@pytest.mark.parametrize("text", ["", "-- nothing\n", "SELECT 1;", "'unclosed", "\ufeff"])
def test_leaves_a_text_alone_that_has_no_place(mutation: Mutation, text: str) -> None:
    assert mutation.apply_function(text) == text


def test_keeps_comments_and_line_ends() -> None:
    mutation = REGISTRY.get_mutation_by_id("SCH_002")
    assert mutation
    mutated = mutation.apply_function("-- why\r\nALTER TABLE a ALTER b SET NOT NULL;\r\nSELECT 1; -- how\r\n")
    assert mutated.startswith("-- why\r\n")
    assert mutated.endswith("\r\nSELECT 1; -- how\r\n")
    assert "NOT NULL" not in mutated
