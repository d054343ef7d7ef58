CREATE TABLE seats (hall bigint, "Reihe" int, number int, free text, UNIQUE ("Reihe", number));
CREATE TABLE bookings (
  id text,
  line int,
  seat int,
  FOREIGN KEY (line, seat) REFERENCES seats ("Reihe", number) -- zusammen
);
ALTER TABLE bookings ADD CONSTRAINT named FOREIGN KEY (id, seat) REFERENCES named_seats (name, number);
