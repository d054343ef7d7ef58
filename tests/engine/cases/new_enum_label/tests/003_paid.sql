SELECT 'paid'::state = 'paid' AS known;
