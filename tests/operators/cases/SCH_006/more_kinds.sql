CREATE FOREIGN TABLE far (id int) SERVER elsewhere;
CREATE COLLATION german (provider = icu, locale = 'de');
CREATE PUBLICATION all_orders FOR TABLE orders;
ALTER PUBLICATION audit ADD TABLE "Été";
