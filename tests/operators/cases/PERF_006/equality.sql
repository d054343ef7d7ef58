UPDATE "Customers" SET points = 0 WHERE tier = 'bronze';
