CREATE TABLE events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamp with time zone NOT NULL DEFAULT now(),
  name varchar(80) COLLATE "C",
  price numeric(12, 2),
  tags text[],
  payload jsonb
);
