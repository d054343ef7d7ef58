CREATE TABLE tenant (id int PRIMARY KEY);
CREATE TABLE survey (tenant_id int REFERENCES tenant, id int, PRIMARY KEY (tenant_id, id));
CREATE TABLE source (tenant_id int REFERENCES tenant, id int, PRIMARY KEY (tenant_id, id));
CREATE TABLE link (
    tenant_id int NOT NULL REFERENCES tenant, survey_id int NOT NULL, source_id int NOT NULL,
    FOREIGN KEY (tenant_id, survey_id) REFERENCES survey, FOREIGN KEY (tenant_id, source_id) REFERENCES source
);
CREATE TABLE never (tenant_id int CHECK (tenant_id IS NULL), id int, PRIMARY KEY (tenant_id, id));
CREATE TABLE loose (
    tenant_id int NOT NULL REFERENCES tenant, survey_id int NOT NULL, never_id int,
    FOREIGN KEY (tenant_id, survey_id) REFERENCES survey, FOREIGN KEY (tenant_id, never_id) REFERENCES never
);

---- rows
-- link: 20
-- loose: 20
-- never: 0

---- notes
-- never has no rows: new row for relation "never" violates check constraint "never_tenant_id_check" (23514)

---- holds
SELECT count(DISTINCT tenant_id) >= 10 FROM link;
