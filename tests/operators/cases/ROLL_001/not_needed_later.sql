-- without any of these a later statement fails
CREATE TABLE notes (id bigint);
COMMENT ON TABLE notes IS 'old';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
ALTER TABLE orders ADD COLUMN at timestamptz, ADD COLUMN "été" text;
COMMENT ON COLUMN orders.at IS 'touch';
COMMENT ON COLUMN orders."été" IS 'season';
