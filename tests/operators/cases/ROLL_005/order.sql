ALTER TABLE orders ADD COLUMN état text;
UPDATE orders SET état = 'neu';
