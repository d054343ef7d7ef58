"""Scripts of any size, in the shapes that large migrations have."""

from collections.abc import Callable, Iterator
from itertools import count

TABLE = """CREATE TABLE public.table_{0} (
    id bigint NOT NULL,
    parent_id bigint REFERENCES public.table_0 (id) ON DELETE CASCADE,
    name character varying(255) DEFAULT 'x'::character varying NOT NULL,
    price numeric(10,2) DEFAULT 0 CHECK (price >= 0),
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY public.table_{0} ADD CONSTRAINT table_{0}_pkey PRIMARY KEY (id);
CREATE INDEX table_{0}_name_idx ON public.table_{0} USING btree (name);
CREATE VIEW public.view_{0} AS SELECT id, name FROM public.table_{0} WHERE price > 10 AND name IS NOT NULL;
"""
COLUMNS = "INTO public.products (id, name, price, active) VALUES"


def repeated(pattern: str, size: int) -> str:
    """``pattern`` with ever greater numbers, ``size`` characters in all or a few more."""
    return "".join(_until(size, (pattern.format(number) for number in count())))


def _until(size: int, parts: Iterator[str]) -> Iterator[str]:
    while size > 0:
        part = next(parts)
        size -= len(part)
        yield part


def inserts(size: int) -> str:
    return repeated(f"INSERT {COLUMNS} ({{0}}, 'product number {{0}}', {{0}}.50, true);\n", size)


def rows(size: int) -> str:
    return (
        f"INSERT {COLUMNS}" + repeated("\n  ({0}, 'product; number {0}', {0}.50, true),", size) + "\n (0, '', 1, true);"
    )


def dump(size: int) -> str:
    return repeated(TABLE, size)


def mixed(size: int) -> str:
    return dump(size // 3) + inserts(size // 3) + rows(size // 3)


def copied(size: int) -> str:
    return (
        "CREATE TABLE t (a int, b text);\nCOPY t FROM stdin;\n"
        + repeated("{0}\tit's; {0}\n", size)
        + "\\.\nSELECT 1;\n"
    )


def function(size: int) -> str:
    return "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n" + (
        repeated("  UPDATE products SET price = price + {0} WHERE id = {0} AND active;\n", size) + "END $$;\n"
    )


def members(size: int) -> str:
    return f"DELETE FROM products WHERE id IN ({repeated('{0}, ', size)}0);\n"


SHAPES: dict[str, Callable[[int], str]] = {
    "inserts": inserts,
    "rows": rows,
    "dump": dump,
    "mixed": mixed,
    "copy": copied,
    "function": function,
    "members": members,
}
