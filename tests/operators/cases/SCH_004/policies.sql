CREATE POLICY own_rows ON orders FOR ALL TO app
  USING (customer_id = current_customer() AND NOT hidden)
  WITH CHECK (customer_id = current_customer());
