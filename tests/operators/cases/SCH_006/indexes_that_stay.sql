DROP INDEX orders_number_idx;
DROP INDEX orders_code_key; -- repeats the constraint
DROP INDEX "Bestellungen_nummer";
DROP INDEX not_known;
