CREATE TABLE t (a int NOT NULL CHECK (a > 5 AND a < 5));
CREATE TABLE parent (a int PRIMARY KEY CHECK (a > 5 AND a < 5));
CREATE TABLE child (a int NOT NULL REFERENCES parent);
CREATE TABLE fine (a int REFERENCES parent);

---- rows
-- t: 0
-- parent: 0
-- child: 0
-- fine: 20

---- notes
-- child has no rows: it needs rows of parent, which has none
-- parent has no rows: new row for relation "parent" violates check constraint "parent_a_check" (23514)
-- t has no rows: new row for relation "t" violates check constraint "t_a_check" (23514)

---- holds
