SELECT count(*) = 5 FROM retired_phone_numbers;
SELECT phone = '+32 2 000 00 03' FROM retired_phone_numbers WHERE customer_id = 3;
