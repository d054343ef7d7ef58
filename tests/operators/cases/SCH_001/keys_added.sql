ALTER TABLE orders ADD PRIMARY KEY (id), ADD CONSTRAINT "Numéro" UNIQUE (number);
ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, period WITH &&);
CREATE TABLE rooms (
  id bigint PRIMARY KEY,
  name text,
  period tstzrange,
  CONSTRAINT rooms_name UNIQUE (name), -- un seul nom
  FOREIGN KEY (id) REFERENCES houses (room_id)
);
