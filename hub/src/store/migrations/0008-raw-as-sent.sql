-- The node of Wiz is kept as the text that came, checked but not taken apart: a first sync is a third faster, and nothing of
-- the order and spelling of Wiz's answer is lost. In SQL, raw->>'name' works as before; for the operators of jsonb, cast it.
-- A new type brings its own way of storing, so that has to be said again: beside the rows, and not compressed.

ALTER TABLE project ALTER COLUMN raw TYPE json, ALTER COLUMN raw SET STORAGE EXTERNAL;
ALTER TABLE control ALTER COLUMN raw TYPE json, ALTER COLUMN raw SET STORAGE EXTERNAL;
ALTER TABLE technology ALTER COLUMN raw TYPE json, ALTER COLUMN raw SET STORAGE EXTERNAL;
ALTER TABLE repository ALTER COLUMN raw TYPE json, ALTER COLUMN raw SET STORAGE EXTERNAL;
ALTER TABLE container_image ALTER COLUMN raw TYPE json, ALTER COLUMN raw SET STORAGE EXTERNAL;
ALTER TABLE cloud_resource ALTER COLUMN raw TYPE json, ALTER COLUMN raw SET STORAGE EXTERNAL;
ALTER TABLE issue ALTER COLUMN raw TYPE json, ALTER COLUMN raw SET STORAGE EXTERNAL;
ALTER TABLE service_ticket ALTER COLUMN raw TYPE json, ALTER COLUMN raw SET STORAGE EXTERNAL;
ALTER TABLE vulnerability_finding ALTER COLUMN raw TYPE json, ALTER COLUMN raw SET STORAGE EXTERNAL;
ALTER TABLE configuration_finding ALTER COLUMN raw TYPE json, ALTER COLUMN raw SET STORAGE EXTERNAL;
ALTER TABLE tombstone ALTER COLUMN raw TYPE json;
