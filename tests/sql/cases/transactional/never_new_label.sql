ALTER TYPE mood ADD VALUE 'new'; UPDATE t SET m = 'new';
