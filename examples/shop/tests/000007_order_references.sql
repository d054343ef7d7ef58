-- The year is that of placing the order, in UTC; carts go by the day they were begun.
SELECT reference = 'C-2023-000005' FROM orders WHERE id = 5;
SELECT reference = 'C-2024-000007' FROM orders WHERE id = 7;
SELECT reference = 'C-2023-000009' FROM orders WHERE id = 9;
SELECT reference = 'C-2022-010001' FROM orders WHERE id = 10001;
SELECT reference IS NOT NULL FROM orders;
