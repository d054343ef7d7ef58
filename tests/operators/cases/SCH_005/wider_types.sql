CREATE TABLE counters (
  id bigserial PRIMARY KEY,
  small smallint,
  ratio double precision, -- Verhältnis
  amount decimal(8, 3),
  code char(6),
  "Größe" int8
);
