CREATE TABLE "order items" (
  order_id bigint REFERENCES public.orders ON DELETE RESTRICT ON UPDATE RESTRICT,
  product_id bigint REFERENCES products ON DELETE SET NULL (product_id),
  seller_id bigint REFERENCES sellers ON DELETE NO ACTION
);
