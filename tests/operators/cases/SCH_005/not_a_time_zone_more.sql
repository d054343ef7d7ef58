CREATE TABLE notes (at timestamp, "été" timestamp(3) without time zone NOT NULL);
