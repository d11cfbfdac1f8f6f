-- Who may see many projects gets the dashboard from the same indexes as everybody else: they hold a number for the list of
-- projects of a finding, and the tallies know the lists there are.

DROP INDEX "issue_by_order", "issue_by_closing";
ALTER TABLE "issue" ADD COLUMN project_set bigint GENERATED ALWAYS AS (hash_array_extended("project_ids", 0)) STORED;
CREATE INDEX "issue_by_order" ON "issue" (connection_id, "severity_rank", "created_at", id) INCLUDE ("severity", "status", "rule_id", "asset_id", project_set);
CREATE INDEX "issue_by_closing" ON "issue" (connection_id, "resolved_at", "updated_at") INCLUDE ("severity", "status", "created_at", project_set) WHERE "status" IN ('RESOLVED', 'REJECTED');
ANALYZE "issue";

DROP INDEX "vulnerability_finding_by_order", "vulnerability_finding_by_closing";
ALTER TABLE "vulnerability_finding" ADD COLUMN project_set bigint GENERATED ALWAYS AS (hash_array_extended("project_ids", 0)) STORED;
CREATE INDEX "vulnerability_finding_by_order" ON "vulnerability_finding" (connection_id, "severity_rank", "first_detected_at", id) INCLUDE ("severity", "status", "name", "asset_id", project_set);
CREATE INDEX "vulnerability_finding_by_closing" ON "vulnerability_finding" (connection_id, "resolved_at", "updated_at") INCLUDE ("severity", "status", "first_detected_at", project_set) WHERE "status" IN ('RESOLVED', 'REJECTED');
ANALYZE "vulnerability_finding";

DROP INDEX "configuration_finding_by_order", "configuration_finding_by_closing";
ALTER TABLE "configuration_finding" ADD COLUMN project_set bigint GENERATED ALWAYS AS (hash_array_extended("project_ids", 0)) STORED;
CREATE INDEX "configuration_finding_by_order" ON "configuration_finding" (connection_id, "severity_rank", "first_seen_at", id) INCLUDE ("severity", "status", "rule_id", "asset_id", project_set);
CREATE INDEX "configuration_finding_by_closing" ON "configuration_finding" (connection_id, "updated_at") INCLUDE ("severity", "status", "first_seen_at", project_set) WHERE "status" IN ('RESOLVED', 'REJECTED');
ANALYZE "configuration_finding";

CREATE OR REPLACE VIEW finding AS
SELECT 'issue'::text AS kind, connection_id, id, "rule_name" AS "title", "severity" AS "severity", "status" AS "status", "rule_id" AS "rule", "asset_id" AS "asset_id", "asset_name" AS "asset_name", "asset_type" AS "asset_type", "platform" AS "platform", "project_ids" AS "project_ids", "created_at" AS "detected_at", "updated_at" AS "updated_at", "resolved_at" AS "resolved_at", "due_at" AS "due_at", "severity_rank" AS severity_rank, absent_run, project_set
  FROM "issue"
UNION ALL
SELECT 'vulnerability-finding'::text AS kind, connection_id, id, "name" AS "title", "severity" AS "severity", "status" AS "status", "name" AS "rule", "asset_id" AS "asset_id", "asset_name" AS "asset_name", "asset_type" AS "asset_type", "platform" AS "platform", "project_ids" AS "project_ids", "first_detected_at" AS "detected_at", "updated_at" AS "updated_at", "resolved_at" AS "resolved_at", "due_at" AS "due_at", "severity_rank" AS severity_rank, absent_run, project_set
  FROM "vulnerability_finding"
UNION ALL
SELECT 'configuration-finding'::text AS kind, connection_id, id, "rule_name" AS "title", "severity" AS "severity", "status" AS "status", "rule_id" AS "rule", "asset_id" AS "asset_id", "asset_name" AS "asset_name", "asset_type" AS "asset_type", "platform" AS "platform", "project_ids" AS "project_ids", "first_seen_at" AS "detected_at", "updated_at" AS "updated_at", NULL::timestamptz AS "resolved_at", NULL::timestamptz AS "due_at", "severity_rank" AS severity_rank, absent_run, project_set
  FROM "configuration_finding";
