-- é 𝄞
ALTER TABLE users ADD COLUMN name text DEFAULT 'é𝄞', ADD COLUNM age int;
