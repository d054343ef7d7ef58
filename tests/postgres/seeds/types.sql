CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE t (
    a smallint NOT NULL, b integer NOT NULL, c bigint NOT NULL, d numeric(3,2) NOT NULL, e real NOT NULL,
    f double precision NOT NULL, g text NOT NULL, h varchar(4) NOT NULL, i char(2) NOT NULL, j boolean NOT NULL,
    k date NOT NULL, l time NOT NULL, m timestamp NOT NULL, n timestamptz NOT NULL, o interval NOT NULL,
    p uuid NOT NULL, q json NOT NULL, r jsonb NOT NULL, s bytea NOT NULL, t inet NOT NULL, u int[] NOT NULL,
    v text[] NOT NULL, w int4range NOT NULL, x bit(3) NOT NULL, y point NOT NULL, z tsvector NOT NULL,
    aa mood NOT NULL, ab money NOT NULL, ac macaddr NOT NULL, ad varbit NOT NULL, ae mood[] NOT NULL,
    af daterange NOT NULL, ag cidr NOT NULL, ah pg_lsn NOT NULL, ai timetz NOT NULL, aj box NOT NULL
);

---- rows
-- t: 20

---- notes

---- holds
SELECT count(DISTINCT aa) = 2 AND count(DISTINCT j) = 2 AND count(DISTINCT b) >= 4 FROM t;
