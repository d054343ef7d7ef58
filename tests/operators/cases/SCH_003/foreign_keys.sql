CREATE TABLE "Kunden" (id bigint PRIMARY KEY, nummer bigint UNIQUE, "größe" bigint);
CREATE TABLE orders (
  id bigint,
  kunde bigint NOT NULL,
  agent bigint,
  CONSTRAINT orders_pkey PRIMARY KEY (id),
  FOREIGN KEY (kunde) REFERENCES "Kunden" (id) -- kein ON DELETE
);
CREATE TABLE parts (
  day date,
  n int,
  seq int,
  PRIMARY KEY (day, n)
) PARTITION BY RANGE (day);
