ALTER TABLE orders
  ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users NOT VALID,
  ADD COLUMN code text UNIQUE;
ALTER TABLE ONLY public.orders ADD CHECK (total >= 0);
