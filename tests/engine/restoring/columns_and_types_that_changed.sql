CREATE TYPE size AS ENUM ('small', 'large');
CREATE TABLE boxes (id int PRIMARY KEY, size size NOT NULL DEFAULT 'small', weight numeric(8, 2), note varchar(20));
-- up
ALTER TYPE size ADD VALUE 'huge';
ALTER TABLE boxes ALTER COLUMN weight TYPE double precision, ALTER COLUMN note TYPE text;
ALTER TABLE boxes RENAME COLUMN note TO remark;
-- down
BEGIN;
ALTER TABLE boxes RENAME COLUMN remark TO note;
COMMIT;
