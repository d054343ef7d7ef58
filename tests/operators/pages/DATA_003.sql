CREATE TABLE invoices (id int, due_on date, paid_on date, overdue boolean NOT NULL DEFAULT false);
INSERT INTO invoices (id, due_on) VALUES (1, current_date), (2, current_date - 1);
