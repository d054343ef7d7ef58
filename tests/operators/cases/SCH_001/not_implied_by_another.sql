CREATE TABLE orders (
  id bigint NOT NULL CHECK (id IS NOT NULL), -- says it twice
  total numeric,
  CHECK (total >= 0),
  CONSTRAINT "Größer" CHECK ((total >= 0)),
  shop_id bigint DEFAULT 1,
  FOREIGN KEY (shop_id) REFERENCES shops (id),
  CONSTRAINT again FOREIGN KEY (shop_id) REFERENCES shops (id)
);
ALTER TABLE orders ADD CONSTRAINT present CHECK (id IS NOT NULL) NOT VALID;
