CREATE TYPE status AS ENUM ('new', 'paid', 'void');
ALTER TABLE orders ADD COLUMN status status DEFAULT 'void';
CREATE UNIQUE INDEX one_open_order ON orders (customer_id) WHERE closed_at IS NULL AND total > 0;
