CREATE TABLE t (
    a int NOT NULL CHECK (a BETWEEN 18 AND 99),
    b text NOT NULL CHECK (b IN ('draft', 'published')),
    c text NOT NULL CHECK (c ~ '^[A-Z]{3}$'),
    d text NOT NULL CHECK (d LIKE 'SKU-%'),
    e numeric NOT NULL CHECK (e > 0 AND e < 1000),
    f text NOT NULL CHECK (length(f) >= 10),
    g text NOT NULL CHECK (g LIKE '%@%')
);

---- rows
-- t: 20

---- notes

---- holds
SELECT count(DISTINCT b) = 2 AND bool_or(a IN (18, 99)) FROM t;
