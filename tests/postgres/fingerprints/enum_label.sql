CREATE TYPE status AS ENUM ('new', 'sent');

---- change
DROP TYPE status; CREATE TYPE status AS ENUM ('new', 'paid', 'sent');

---- differences
-- type status changed from ENUM ('new', 'sent') to ENUM ('new', 'paid', 'sent')
