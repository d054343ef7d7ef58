--liquibase formatted sql

--changeset ann:orders
CREATE TABLE orders (
    id integer PRIMARY KEY,
    total integer NOT NULL CHECK (total >= 0)
);
--rollback DROP TABLE orders;

--changeset ann:total-index runInTransaction:false
CREATE INDEX CONCURRENTLY orders_total_idx ON orders (total);
--rollback DROP INDEX orders_total_idx;

--changeset ann:mysql-index dbms:mysql
CREATE INDEX orders_total_idx ON orders (total);
