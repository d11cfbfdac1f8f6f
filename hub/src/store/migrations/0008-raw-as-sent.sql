-- The node of Wiz is kept as the text that came, checked but not taken apart: a first sync is a third faster, and nothing of
-- the order and spelling of Wiz's answer is lost. In SQL, raw->>'name' works as before; for the operators of jsonb, cast it.

ALTER TABLE project ALTER COLUMN raw TYPE json;
ALTER TABLE control ALTER COLUMN raw TYPE json;
ALTER TABLE technology ALTER COLUMN raw TYPE json;
ALTER TABLE repository ALTER COLUMN raw TYPE json;
ALTER TABLE container_image ALTER COLUMN raw TYPE json;
ALTER TABLE cloud_resource ALTER COLUMN raw TYPE json;
ALTER TABLE issue ALTER COLUMN raw TYPE json;
ALTER TABLE service_ticket ALTER COLUMN raw TYPE json;
ALTER TABLE vulnerability_finding ALTER COLUMN raw TYPE json;
ALTER TABLE configuration_finding ALTER COLUMN raw TYPE json;
ALTER TABLE tombstone ALTER COLUMN raw TYPE json;
