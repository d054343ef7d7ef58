UPDATE orders SET état = 'neu' WHERE état IS NULL;
ALTER TABLE orders ALTER COLUMN état SET NOT NULL;
DELETE FROM notes WHERE body = '';
UPDATE notes SET body = '' WHERE body IS NULL;
