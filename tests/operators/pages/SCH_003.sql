CREATE TABLE teams (id bigint);
CREATE TABLE users (id bigint);
