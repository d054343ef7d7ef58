CREATE TABLE staging (
  room int,
  during tsrange,
  EXCLUDE USING gist (room WITH =, during WITH &&),
  CONSTRAINT known FOREIGN KEY (room) REFERENCES rooms (id)
);
CREATE UNIQUE INDEX staging_room ON staging (room);
CREATE DOMAIN floor AS int CHECK (VALUE > 0);
DROP DOMAIN floor;
DROP TABLE staging;
