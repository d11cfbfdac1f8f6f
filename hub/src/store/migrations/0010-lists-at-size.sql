DROP TABLE IF EXISTS "container_image_tally";
DROP FUNCTION IF EXISTS "keep_container_image_tally" CASCADE;
CREATE TABLE "container_image_tally" (
  connection_id bigint NOT NULL,
  "platform" text,
  "is_exposed" boolean,
  "project_ids" text[],
  n bigint NOT NULL
);
COMMENT ON TABLE "container_image_tally" IS 'How many rows of container_image have these values: the sum of n.';
INSERT INTO "container_image_tally" (connection_id, "platform", "is_exposed", "project_ids", n) SELECT connection_id, "platform", "is_exposed", "project_ids", count(*) FROM "container_image" GROUP BY connection_id, "platform", "is_exposed", "project_ids";
CREATE FUNCTION "keep_container_image_tally"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    TRUNCATE "container_image_tally";
    RETURN NULL;
  ELSIF TG_TABLE_NAME = 'connection' THEN
    DELETE FROM "container_image_tally" WHERE connection_id = OLD.id;
    RETURN NULL;
  ELSIF TG_OP = 'INSERT' THEN
    INSERT INTO "container_image_tally" (connection_id, "platform", "is_exposed", "project_ids", n) SELECT connection_id, "platform", "is_exposed", "project_ids", count(*) FROM new_rows GROUP BY connection_id, "platform", "is_exposed", "project_ids";
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO "container_image_tally" (connection_id, "platform", "is_exposed", "project_ids", n) SELECT connection_id, "platform", "is_exposed", "project_ids", -count(*) FROM old_rows GROUP BY connection_id, "platform", "is_exposed", "project_ids";
  ELSE
    INSERT INTO "container_image_tally" (connection_id, "platform", "is_exposed", "project_ids", n) SELECT connection_id, "platform", "is_exposed", "project_ids", sum(n) FROM (SELECT connection_id, "platform", "is_exposed", "project_ids", 1 AS n FROM new_rows UNION ALL SELECT connection_id, "platform", "is_exposed", "project_ids", -1 FROM old_rows) moved
    GROUP BY connection_id, "platform", "is_exposed", "project_ids" HAVING sum(n) <> 0;
  END IF;
  IF random() < 0.01 AND current_setting('transaction_isolation') = 'read committed'
    AND pg_try_advisory_xact_lock(4680010, hashtext('container_image_tally')) THEN
    WITH part AS (DELETE FROM "container_image_tally" RETURNING *)
    INSERT INTO "container_image_tally" (connection_id, "platform", "is_exposed", "project_ids", n) SELECT connection_id, "platform", "is_exposed", "project_ids", sum(n) FROM part GROUP BY connection_id, "platform", "is_exposed", "project_ids" HAVING sum(n) <> 0;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "container_image_tally_insert" AFTER INSERT ON "container_image" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "keep_container_image_tally"();
CREATE TRIGGER "container_image_tally_update" AFTER UPDATE ON "container_image" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "keep_container_image_tally"();
CREATE TRIGGER "container_image_tally_delete" AFTER DELETE ON "container_image" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "keep_container_image_tally"();
CREATE TRIGGER "container_image_tally_truncate" AFTER TRUNCATE ON "container_image" FOR EACH STATEMENT EXECUTE FUNCTION "keep_container_image_tally"();
CREATE TRIGGER "container_image_tally_forget" AFTER DELETE ON connection FOR EACH ROW EXECUTE FUNCTION "keep_container_image_tally"();

DROP TABLE IF EXISTS "cloud_resource_tally";
DROP FUNCTION IF EXISTS "keep_cloud_resource_tally" CASCADE;
CREATE TABLE "cloud_resource_tally" (
  connection_id bigint NOT NULL,
  "type" text,
  "platform" text,
  "status" text,
  "is_exposed" boolean,
  "has_sensitive_data" boolean,
  "has_admin_privileges" boolean,
  "project_ids" text[],
  n bigint NOT NULL
);
COMMENT ON TABLE "cloud_resource_tally" IS 'How many rows of cloud_resource have these values: the sum of n.';
INSERT INTO "cloud_resource_tally" (connection_id, "type", "platform", "status", "is_exposed", "has_sensitive_data", "has_admin_privileges", "project_ids", n) SELECT connection_id, "type", "platform", "status", "is_exposed", "has_sensitive_data", "has_admin_privileges", "project_ids", count(*) FROM "cloud_resource" GROUP BY connection_id, "type", "platform", "status", "is_exposed", "has_sensitive_data", "has_admin_privileges", "project_ids";
CREATE FUNCTION "keep_cloud_resource_tally"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    TRUNCATE "cloud_resource_tally";
    RETURN NULL;
  ELSIF TG_TABLE_NAME = 'connection' THEN
    DELETE FROM "cloud_resource_tally" WHERE connection_id = OLD.id;
    RETURN NULL;
  ELSIF TG_OP = 'INSERT' THEN
    INSERT INTO "cloud_resource_tally" (connection_id, "type", "platform", "status", "is_exposed", "has_sensitive_data", "has_admin_privileges", "project_ids", n) SELECT connection_id, "type", "platform", "status", "is_exposed", "has_sensitive_data", "has_admin_privileges", "project_ids", count(*) FROM new_rows GROUP BY connection_id, "type", "platform", "status", "is_exposed", "has_sensitive_data", "has_admin_privileges", "project_ids";
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO "cloud_resource_tally" (connection_id, "type", "platform", "status", "is_exposed", "has_sensitive_data", "has_admin_privileges", "project_ids", n) SELECT connection_id, "type", "platform", "status", "is_exposed", "has_sensitive_data", "has_admin_privileges", "project_ids", -count(*) FROM old_rows GROUP BY connection_id, "type", "platform", "status", "is_exposed", "has_sensitive_data", "has_admin_privileges", "project_ids";
  ELSE
    INSERT INTO "cloud_resource_tally" (connection_id, "type", "platform", "status", "is_exposed", "has_sensitive_data", "has_admin_privileges", "project_ids", n) SELECT connection_id, "type", "platform", "status", "is_exposed", "has_sensitive_data", "has_admin_privileges", "project_ids", sum(n) FROM (SELECT connection_id, "type", "platform", "status", "is_exposed", "has_sensitive_data", "has_admin_privileges", "project_ids", 1 AS n FROM new_rows UNION ALL SELECT connection_id, "type", "platform", "status", "is_exposed", "has_sensitive_data", "has_admin_privileges", "project_ids", -1 FROM old_rows) moved
    GROUP BY connection_id, "type", "platform", "status", "is_exposed", "has_sensitive_data", "has_admin_privileges", "project_ids" HAVING sum(n) <> 0;
  END IF;
  IF random() < 0.01 AND current_setting('transaction_isolation') = 'read committed'
    AND pg_try_advisory_xact_lock(4680010, hashtext('cloud_resource_tally')) THEN
    WITH part AS (DELETE FROM "cloud_resource_tally" RETURNING *)
    INSERT INTO "cloud_resource_tally" (connection_id, "type", "platform", "status", "is_exposed", "has_sensitive_data", "has_admin_privileges", "project_ids", n) SELECT connection_id, "type", "platform", "status", "is_exposed", "has_sensitive_data", "has_admin_privileges", "project_ids", sum(n) FROM part GROUP BY connection_id, "type", "platform", "status", "is_exposed", "has_sensitive_data", "has_admin_privileges", "project_ids" HAVING sum(n) <> 0;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "cloud_resource_tally_insert" AFTER INSERT ON "cloud_resource" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "keep_cloud_resource_tally"();
CREATE TRIGGER "cloud_resource_tally_update" AFTER UPDATE ON "cloud_resource" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "keep_cloud_resource_tally"();
CREATE TRIGGER "cloud_resource_tally_delete" AFTER DELETE ON "cloud_resource" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "keep_cloud_resource_tally"();
CREATE TRIGGER "cloud_resource_tally_truncate" AFTER TRUNCATE ON "cloud_resource" FOR EACH STATEMENT EXECUTE FUNCTION "keep_cloud_resource_tally"();
CREATE TRIGGER "cloud_resource_tally_forget" AFTER DELETE ON connection FOR EACH ROW EXECUTE FUNCTION "keep_cloud_resource_tally"();

CREATE INDEX "issue_by_order" ON "issue" (connection_id, "severity_rank", "created_at", id);

DROP TABLE IF EXISTS "issue_tally";
DROP FUNCTION IF EXISTS "keep_issue_tally" CASCADE;
CREATE TABLE "issue_tally" (
  connection_id bigint NOT NULL,
  "type" text,
  "status" text,
  "severity" text,
  "severity_rank" smallint,
  "asset_type" text,
  "platform" text,
  "project_ids" text[],
  "resolution_reason" text,
  n bigint NOT NULL
);
COMMENT ON TABLE "issue_tally" IS 'How many rows of issue have these values: the sum of n.';
INSERT INTO "issue_tally" (connection_id, "type", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "resolution_reason", n) SELECT connection_id, "type", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "resolution_reason", count(*) FROM "issue" GROUP BY connection_id, "type", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "resolution_reason";
CREATE FUNCTION "keep_issue_tally"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    TRUNCATE "issue_tally";
    RETURN NULL;
  ELSIF TG_TABLE_NAME = 'connection' THEN
    DELETE FROM "issue_tally" WHERE connection_id = OLD.id;
    RETURN NULL;
  ELSIF TG_OP = 'INSERT' THEN
    INSERT INTO "issue_tally" (connection_id, "type", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "resolution_reason", n) SELECT connection_id, "type", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "resolution_reason", count(*) FROM new_rows GROUP BY connection_id, "type", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "resolution_reason";
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO "issue_tally" (connection_id, "type", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "resolution_reason", n) SELECT connection_id, "type", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "resolution_reason", -count(*) FROM old_rows GROUP BY connection_id, "type", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "resolution_reason";
  ELSE
    INSERT INTO "issue_tally" (connection_id, "type", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "resolution_reason", n) SELECT connection_id, "type", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "resolution_reason", sum(n) FROM (SELECT connection_id, "type", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "resolution_reason", 1 AS n FROM new_rows UNION ALL SELECT connection_id, "type", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "resolution_reason", -1 FROM old_rows) moved
    GROUP BY connection_id, "type", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "resolution_reason" HAVING sum(n) <> 0;
  END IF;
  IF random() < 0.01 AND current_setting('transaction_isolation') = 'read committed'
    AND pg_try_advisory_xact_lock(4680010, hashtext('issue_tally')) THEN
    WITH part AS (DELETE FROM "issue_tally" RETURNING *)
    INSERT INTO "issue_tally" (connection_id, "type", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "resolution_reason", n) SELECT connection_id, "type", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "resolution_reason", sum(n) FROM part GROUP BY connection_id, "type", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "resolution_reason" HAVING sum(n) <> 0;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "issue_tally_insert" AFTER INSERT ON "issue" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "keep_issue_tally"();
CREATE TRIGGER "issue_tally_update" AFTER UPDATE ON "issue" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "keep_issue_tally"();
CREATE TRIGGER "issue_tally_delete" AFTER DELETE ON "issue" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "keep_issue_tally"();
CREATE TRIGGER "issue_tally_truncate" AFTER TRUNCATE ON "issue" FOR EACH STATEMENT EXECUTE FUNCTION "keep_issue_tally"();
CREATE TRIGGER "issue_tally_forget" AFTER DELETE ON connection FOR EACH ROW EXECUTE FUNCTION "keep_issue_tally"();

DROP TABLE IF EXISTS "issue_name";
DROP FUNCTION IF EXISTS "keep_issue_name" CASCADE;
CREATE TABLE "issue_name" (
  digest uuid NOT NULL,
  connection_id bigint NOT NULL,
  anchor text NOT NULL,
  key text,
  names text NOT NULL
);
COMMENT ON TABLE "issue_name" IS 'Every name that rows of issue had, by the value of the field they are found by.';
CREATE INDEX "issue_name_by_digest" ON "issue_name" (digest);
INSERT INTO "issue_name" (digest, connection_id, anchor, key, names)
    SELECT digest, connection_id, anchor, key, names FROM (
      SELECT DISTINCT connection_id, 'ruleId' AS anchor, "rule_id" AS key, concat_ws(E'\n', "rule_id", "rule_name") AS names FROM "issue"
      UNION ALL SELECT DISTINCT connection_id, 'assetId' AS anchor, "asset_id" AS key, concat_ws(E'\n', "asset_id", "asset_name", "provider_id", "subscription_id", "subscription_name") AS names FROM "issue"
    ) found CROSS JOIN LATERAL (
      SELECT md5(concat_ws(E'\n', connection_id, anchor, coalesce(length(key), -1), names))::uuid AS digest OFFSET 0
    ) as_one
    WHERE names <> '' AND (SELECT 1 FROM "issue_name" known WHERE known.digest = as_one.digest LIMIT 1) IS NULL;
CREATE FUNCTION "keep_issue_name"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    TRUNCATE "issue_name";
  ELSIF TG_TABLE_NAME = 'connection' THEN
    DELETE FROM "issue_name" WHERE connection_id = OLD.id;
  ELSE
    INSERT INTO "issue_name" (digest, connection_id, anchor, key, names)
    SELECT digest, connection_id, anchor, key, names FROM (
      SELECT DISTINCT connection_id, 'ruleId' AS anchor, "rule_id" AS key, concat_ws(E'\n', "rule_id", "rule_name") AS names FROM new_rows
      UNION ALL SELECT DISTINCT connection_id, 'assetId' AS anchor, "asset_id" AS key, concat_ws(E'\n', "asset_id", "asset_name", "provider_id", "subscription_id", "subscription_name") AS names FROM new_rows
    ) found CROSS JOIN LATERAL (
      SELECT md5(concat_ws(E'\n', connection_id, anchor, coalesce(length(key), -1), names))::uuid AS digest OFFSET 0
    ) as_one
    WHERE names <> '' AND (SELECT 1 FROM "issue_name" known WHERE known.digest = as_one.digest LIMIT 1) IS NULL;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "issue_name_insert" AFTER INSERT ON "issue" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "keep_issue_name"();
CREATE TRIGGER "issue_name_update" AFTER UPDATE ON "issue" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "keep_issue_name"();
CREATE TRIGGER "issue_name_truncate" AFTER TRUNCATE ON "issue" FOR EACH STATEMENT EXECUTE FUNCTION "keep_issue_name"();
CREATE TRIGGER "issue_name_forget" AFTER DELETE ON connection FOR EACH ROW EXECUTE FUNCTION "keep_issue_name"();

CREATE INDEX "vulnerability_finding_by_order" ON "vulnerability_finding" (connection_id, "severity_rank", "first_detected_at", id);

DROP TABLE IF EXISTS "vulnerability_finding_tally";
DROP FUNCTION IF EXISTS "keep_vulnerability_finding_tally" CASCADE;
CREATE TABLE "vulnerability_finding_tally" (
  connection_id bigint NOT NULL,
  "status" text,
  "severity" text,
  "severity_rank" smallint,
  "vendor_severity" text,
  "has_exploit" boolean,
  "is_known_exploited" boolean,
  "has_fix" boolean,
  "asset_type" text,
  "platform" text,
  "project_ids" text[],
  n bigint NOT NULL
);
COMMENT ON TABLE "vulnerability_finding_tally" IS 'How many rows of vulnerability_finding have these values: the sum of n.';
INSERT INTO "vulnerability_finding_tally" (connection_id, "status", "severity", "severity_rank", "vendor_severity", "has_exploit", "is_known_exploited", "has_fix", "asset_type", "platform", "project_ids", n) SELECT connection_id, "status", "severity", "severity_rank", "vendor_severity", "has_exploit", "is_known_exploited", "has_fix", "asset_type", "platform", "project_ids", count(*) FROM "vulnerability_finding" GROUP BY connection_id, "status", "severity", "severity_rank", "vendor_severity", "has_exploit", "is_known_exploited", "has_fix", "asset_type", "platform", "project_ids";
CREATE FUNCTION "keep_vulnerability_finding_tally"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    TRUNCATE "vulnerability_finding_tally";
    RETURN NULL;
  ELSIF TG_TABLE_NAME = 'connection' THEN
    DELETE FROM "vulnerability_finding_tally" WHERE connection_id = OLD.id;
    RETURN NULL;
  ELSIF TG_OP = 'INSERT' THEN
    INSERT INTO "vulnerability_finding_tally" (connection_id, "status", "severity", "severity_rank", "vendor_severity", "has_exploit", "is_known_exploited", "has_fix", "asset_type", "platform", "project_ids", n) SELECT connection_id, "status", "severity", "severity_rank", "vendor_severity", "has_exploit", "is_known_exploited", "has_fix", "asset_type", "platform", "project_ids", count(*) FROM new_rows GROUP BY connection_id, "status", "severity", "severity_rank", "vendor_severity", "has_exploit", "is_known_exploited", "has_fix", "asset_type", "platform", "project_ids";
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO "vulnerability_finding_tally" (connection_id, "status", "severity", "severity_rank", "vendor_severity", "has_exploit", "is_known_exploited", "has_fix", "asset_type", "platform", "project_ids", n) SELECT connection_id, "status", "severity", "severity_rank", "vendor_severity", "has_exploit", "is_known_exploited", "has_fix", "asset_type", "platform", "project_ids", -count(*) FROM old_rows GROUP BY connection_id, "status", "severity", "severity_rank", "vendor_severity", "has_exploit", "is_known_exploited", "has_fix", "asset_type", "platform", "project_ids";
  ELSE
    INSERT INTO "vulnerability_finding_tally" (connection_id, "status", "severity", "severity_rank", "vendor_severity", "has_exploit", "is_known_exploited", "has_fix", "asset_type", "platform", "project_ids", n) SELECT connection_id, "status", "severity", "severity_rank", "vendor_severity", "has_exploit", "is_known_exploited", "has_fix", "asset_type", "platform", "project_ids", sum(n) FROM (SELECT connection_id, "status", "severity", "severity_rank", "vendor_severity", "has_exploit", "is_known_exploited", "has_fix", "asset_type", "platform", "project_ids", 1 AS n FROM new_rows UNION ALL SELECT connection_id, "status", "severity", "severity_rank", "vendor_severity", "has_exploit", "is_known_exploited", "has_fix", "asset_type", "platform", "project_ids", -1 FROM old_rows) moved
    GROUP BY connection_id, "status", "severity", "severity_rank", "vendor_severity", "has_exploit", "is_known_exploited", "has_fix", "asset_type", "platform", "project_ids" HAVING sum(n) <> 0;
  END IF;
  IF random() < 0.01 AND current_setting('transaction_isolation') = 'read committed'
    AND pg_try_advisory_xact_lock(4680010, hashtext('vulnerability_finding_tally')) THEN
    WITH part AS (DELETE FROM "vulnerability_finding_tally" RETURNING *)
    INSERT INTO "vulnerability_finding_tally" (connection_id, "status", "severity", "severity_rank", "vendor_severity", "has_exploit", "is_known_exploited", "has_fix", "asset_type", "platform", "project_ids", n) SELECT connection_id, "status", "severity", "severity_rank", "vendor_severity", "has_exploit", "is_known_exploited", "has_fix", "asset_type", "platform", "project_ids", sum(n) FROM part GROUP BY connection_id, "status", "severity", "severity_rank", "vendor_severity", "has_exploit", "is_known_exploited", "has_fix", "asset_type", "platform", "project_ids" HAVING sum(n) <> 0;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "vulnerability_finding_tally_insert" AFTER INSERT ON "vulnerability_finding" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "keep_vulnerability_finding_tally"();
CREATE TRIGGER "vulnerability_finding_tally_update" AFTER UPDATE ON "vulnerability_finding" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "keep_vulnerability_finding_tally"();
CREATE TRIGGER "vulnerability_finding_tally_delete" AFTER DELETE ON "vulnerability_finding" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "keep_vulnerability_finding_tally"();
CREATE TRIGGER "vulnerability_finding_tally_truncate" AFTER TRUNCATE ON "vulnerability_finding" FOR EACH STATEMENT EXECUTE FUNCTION "keep_vulnerability_finding_tally"();
CREATE TRIGGER "vulnerability_finding_tally_forget" AFTER DELETE ON connection FOR EACH ROW EXECUTE FUNCTION "keep_vulnerability_finding_tally"();

DROP TABLE IF EXISTS "vulnerability_finding_name";
DROP FUNCTION IF EXISTS "keep_vulnerability_finding_name" CASCADE;
CREATE TABLE "vulnerability_finding_name" (
  digest uuid NOT NULL,
  connection_id bigint NOT NULL,
  anchor text NOT NULL,
  key text,
  names text NOT NULL
);
COMMENT ON TABLE "vulnerability_finding_name" IS 'Every name that rows of vulnerability_finding had, by the value of the field they are found by.';
CREATE INDEX "vulnerability_finding_name_by_digest" ON "vulnerability_finding_name" (digest);
INSERT INTO "vulnerability_finding_name" (digest, connection_id, anchor, key, names)
    SELECT digest, connection_id, anchor, key, names FROM (
      SELECT DISTINCT connection_id, 'name' AS anchor, "name" AS key, concat_ws(E'\n', "name") AS names FROM "vulnerability_finding"
      UNION ALL SELECT DISTINCT connection_id, 'assetId' AS anchor, "asset_id" AS key, concat_ws(E'\n', "asset_id", "asset_name", "provider_id", "subscription_id", "repository_id") AS names FROM "vulnerability_finding"
    ) found CROSS JOIN LATERAL (
      SELECT md5(concat_ws(E'\n', connection_id, anchor, coalesce(length(key), -1), names))::uuid AS digest OFFSET 0
    ) as_one
    WHERE names <> '' AND (SELECT 1 FROM "vulnerability_finding_name" known WHERE known.digest = as_one.digest LIMIT 1) IS NULL;
CREATE FUNCTION "keep_vulnerability_finding_name"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    TRUNCATE "vulnerability_finding_name";
  ELSIF TG_TABLE_NAME = 'connection' THEN
    DELETE FROM "vulnerability_finding_name" WHERE connection_id = OLD.id;
  ELSE
    INSERT INTO "vulnerability_finding_name" (digest, connection_id, anchor, key, names)
    SELECT digest, connection_id, anchor, key, names FROM (
      SELECT DISTINCT connection_id, 'name' AS anchor, "name" AS key, concat_ws(E'\n', "name") AS names FROM new_rows
      UNION ALL SELECT DISTINCT connection_id, 'assetId' AS anchor, "asset_id" AS key, concat_ws(E'\n', "asset_id", "asset_name", "provider_id", "subscription_id", "repository_id") AS names FROM new_rows
    ) found CROSS JOIN LATERAL (
      SELECT md5(concat_ws(E'\n', connection_id, anchor, coalesce(length(key), -1), names))::uuid AS digest OFFSET 0
    ) as_one
    WHERE names <> '' AND (SELECT 1 FROM "vulnerability_finding_name" known WHERE known.digest = as_one.digest LIMIT 1) IS NULL;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "vulnerability_finding_name_insert" AFTER INSERT ON "vulnerability_finding" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "keep_vulnerability_finding_name"();
CREATE TRIGGER "vulnerability_finding_name_update" AFTER UPDATE ON "vulnerability_finding" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "keep_vulnerability_finding_name"();
CREATE TRIGGER "vulnerability_finding_name_truncate" AFTER TRUNCATE ON "vulnerability_finding" FOR EACH STATEMENT EXECUTE FUNCTION "keep_vulnerability_finding_name"();
CREATE TRIGGER "vulnerability_finding_name_forget" AFTER DELETE ON connection FOR EACH ROW EXECUTE FUNCTION "keep_vulnerability_finding_name"();

CREATE INDEX "configuration_finding_by_order" ON "configuration_finding" (connection_id, "severity_rank", "first_seen_at", id);

DROP TABLE IF EXISTS "configuration_finding_tally";
DROP FUNCTION IF EXISTS "keep_configuration_finding_tally" CASCADE;
CREATE TABLE "configuration_finding_tally" (
  connection_id bigint NOT NULL,
  "result" text,
  "status" text,
  "severity" text,
  "severity_rank" smallint,
  "asset_type" text,
  "platform" text,
  "project_ids" text[],
  "deleted" boolean,
  n bigint NOT NULL
);
COMMENT ON TABLE "configuration_finding_tally" IS 'How many rows of configuration_finding have these values: the sum of n.';
INSERT INTO "configuration_finding_tally" (connection_id, "result", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "deleted", n) SELECT connection_id, "result", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "deleted", count(*) FROM "configuration_finding" GROUP BY connection_id, "result", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "deleted";
CREATE FUNCTION "keep_configuration_finding_tally"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    TRUNCATE "configuration_finding_tally";
    RETURN NULL;
  ELSIF TG_TABLE_NAME = 'connection' THEN
    DELETE FROM "configuration_finding_tally" WHERE connection_id = OLD.id;
    RETURN NULL;
  ELSIF TG_OP = 'INSERT' THEN
    INSERT INTO "configuration_finding_tally" (connection_id, "result", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "deleted", n) SELECT connection_id, "result", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "deleted", count(*) FROM new_rows GROUP BY connection_id, "result", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "deleted";
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO "configuration_finding_tally" (connection_id, "result", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "deleted", n) SELECT connection_id, "result", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "deleted", -count(*) FROM old_rows GROUP BY connection_id, "result", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "deleted";
  ELSE
    INSERT INTO "configuration_finding_tally" (connection_id, "result", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "deleted", n) SELECT connection_id, "result", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "deleted", sum(n) FROM (SELECT connection_id, "result", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "deleted", 1 AS n FROM new_rows UNION ALL SELECT connection_id, "result", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "deleted", -1 FROM old_rows) moved
    GROUP BY connection_id, "result", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "deleted" HAVING sum(n) <> 0;
  END IF;
  IF random() < 0.01 AND current_setting('transaction_isolation') = 'read committed'
    AND pg_try_advisory_xact_lock(4680010, hashtext('configuration_finding_tally')) THEN
    WITH part AS (DELETE FROM "configuration_finding_tally" RETURNING *)
    INSERT INTO "configuration_finding_tally" (connection_id, "result", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "deleted", n) SELECT connection_id, "result", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "deleted", sum(n) FROM part GROUP BY connection_id, "result", "status", "severity", "severity_rank", "asset_type", "platform", "project_ids", "deleted" HAVING sum(n) <> 0;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "configuration_finding_tally_insert" AFTER INSERT ON "configuration_finding" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "keep_configuration_finding_tally"();
CREATE TRIGGER "configuration_finding_tally_update" AFTER UPDATE ON "configuration_finding" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "keep_configuration_finding_tally"();
CREATE TRIGGER "configuration_finding_tally_delete" AFTER DELETE ON "configuration_finding" REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "keep_configuration_finding_tally"();
CREATE TRIGGER "configuration_finding_tally_truncate" AFTER TRUNCATE ON "configuration_finding" FOR EACH STATEMENT EXECUTE FUNCTION "keep_configuration_finding_tally"();
CREATE TRIGGER "configuration_finding_tally_forget" AFTER DELETE ON connection FOR EACH ROW EXECUTE FUNCTION "keep_configuration_finding_tally"();

DROP TABLE IF EXISTS "configuration_finding_name";
DROP FUNCTION IF EXISTS "keep_configuration_finding_name" CASCADE;
CREATE TABLE "configuration_finding_name" (
  digest uuid NOT NULL,
  connection_id bigint NOT NULL,
  anchor text NOT NULL,
  key text,
  names text NOT NULL
);
COMMENT ON TABLE "configuration_finding_name" IS 'Every name that rows of configuration_finding had, by the value of the field they are found by.';
CREATE INDEX "configuration_finding_name_by_digest" ON "configuration_finding_name" (digest);
INSERT INTO "configuration_finding_name" (digest, connection_id, anchor, key, names)
    SELECT digest, connection_id, anchor, key, names FROM (
      SELECT DISTINCT connection_id, 'ruleId' AS anchor, "rule_id" AS key, concat_ws(E'\n', "rule_id", "rule_short_id", "rule_name") AS names FROM "configuration_finding"
      UNION ALL SELECT DISTINCT connection_id, 'assetId' AS anchor, "asset_id" AS key, concat_ws(E'\n', "asset_id", "asset_name", "provider_id", "subscription_id") AS names FROM "configuration_finding"
    ) found CROSS JOIN LATERAL (
      SELECT md5(concat_ws(E'\n', connection_id, anchor, coalesce(length(key), -1), names))::uuid AS digest OFFSET 0
    ) as_one
    WHERE names <> '' AND (SELECT 1 FROM "configuration_finding_name" known WHERE known.digest = as_one.digest LIMIT 1) IS NULL;
CREATE FUNCTION "keep_configuration_finding_name"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    TRUNCATE "configuration_finding_name";
  ELSIF TG_TABLE_NAME = 'connection' THEN
    DELETE FROM "configuration_finding_name" WHERE connection_id = OLD.id;
  ELSE
    INSERT INTO "configuration_finding_name" (digest, connection_id, anchor, key, names)
    SELECT digest, connection_id, anchor, key, names FROM (
      SELECT DISTINCT connection_id, 'ruleId' AS anchor, "rule_id" AS key, concat_ws(E'\n', "rule_id", "rule_short_id", "rule_name") AS names FROM new_rows
      UNION ALL SELECT DISTINCT connection_id, 'assetId' AS anchor, "asset_id" AS key, concat_ws(E'\n', "asset_id", "asset_name", "provider_id", "subscription_id") AS names FROM new_rows
    ) found CROSS JOIN LATERAL (
      SELECT md5(concat_ws(E'\n', connection_id, anchor, coalesce(length(key), -1), names))::uuid AS digest OFFSET 0
    ) as_one
    WHERE names <> '' AND (SELECT 1 FROM "configuration_finding_name" known WHERE known.digest = as_one.digest LIMIT 1) IS NULL;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "configuration_finding_name_insert" AFTER INSERT ON "configuration_finding" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "keep_configuration_finding_name"();
CREATE TRIGGER "configuration_finding_name_update" AFTER UPDATE ON "configuration_finding" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "keep_configuration_finding_name"();
CREATE TRIGGER "configuration_finding_name_truncate" AFTER TRUNCATE ON "configuration_finding" FOR EACH STATEMENT EXECUTE FUNCTION "keep_configuration_finding_name"();
CREATE TRIGGER "configuration_finding_name_forget" AFTER DELETE ON connection FOR EACH ROW EXECUTE FUNCTION "keep_configuration_finding_name"();

CREATE OR REPLACE VIEW finding AS
SELECT 'issue'::text AS kind, connection_id, id, "rule_name" AS "title", "severity" AS "severity", "status" AS "status", "rule_id" AS "rule", "asset_id" AS "asset_id", "asset_name" AS "asset_name", "asset_type" AS "asset_type", "platform" AS "platform", "project_ids" AS "project_ids", "created_at" AS "detected_at", "updated_at" AS "updated_at", "resolved_at" AS "resolved_at", "due_at" AS "due_at", "severity_rank" AS severity_rank, absent_run
  FROM "issue"
UNION ALL
SELECT 'vulnerability-finding'::text AS kind, connection_id, id, "name" AS "title", "severity" AS "severity", "status" AS "status", "name" AS "rule", "asset_id" AS "asset_id", "asset_name" AS "asset_name", "asset_type" AS "asset_type", "platform" AS "platform", "project_ids" AS "project_ids", "first_detected_at" AS "detected_at", "updated_at" AS "updated_at", "resolved_at" AS "resolved_at", "due_at" AS "due_at", "severity_rank" AS severity_rank, absent_run
  FROM "vulnerability_finding"
UNION ALL
SELECT 'configuration-finding'::text AS kind, connection_id, id, "rule_name" AS "title", "severity" AS "severity", "status" AS "status", "rule_id" AS "rule", "asset_id" AS "asset_id", "asset_name" AS "asset_name", "asset_type" AS "asset_type", "platform" AS "platform", "project_ids" AS "project_ids", "first_seen_at" AS "detected_at", "updated_at" AS "updated_at", NULL::timestamptz AS "resolved_at", NULL::timestamptz AS "due_at", "severity_rank" AS severity_rank, absent_run
  FROM "configuration_finding";
