-- The dashboard over a million findings is answered by indexes alone: that of the order of the list, which now also says
-- what the finding is on, and one of when findings were closed. Sorting by severity uses the first of them, too.

DROP INDEX "issue_by_severity";
DROP INDEX "issue_by_order";
CREATE INDEX "issue_by_order" ON "issue" (connection_id, "severity_rank", "created_at", id) INCLUDE ("severity", "status", "rule_id", "asset_id");
CREATE INDEX "issue_by_closing" ON "issue" (connection_id, "resolved_at", "updated_at") INCLUDE ("severity", "status", "created_at") WHERE "status" IN ('RESOLVED', 'REJECTED');

DROP INDEX "vulnerability_finding_by_severity";
DROP INDEX "vulnerability_finding_by_order";
CREATE INDEX "vulnerability_finding_by_order" ON "vulnerability_finding" (connection_id, "severity_rank", "first_detected_at", id) INCLUDE ("severity", "status", "name", "asset_id");
CREATE INDEX "vulnerability_finding_by_closing" ON "vulnerability_finding" (connection_id, "resolved_at", "updated_at") INCLUDE ("severity", "status", "first_detected_at") WHERE "status" IN ('RESOLVED', 'REJECTED');

DROP INDEX "configuration_finding_by_severity";
DROP INDEX "configuration_finding_by_order";
CREATE INDEX "configuration_finding_by_order" ON "configuration_finding" (connection_id, "severity_rank", "first_seen_at", id) INCLUDE ("severity", "status", "rule_id", "asset_id");
CREATE INDEX "configuration_finding_by_closing" ON "configuration_finding" (connection_id, "updated_at") INCLUDE ("severity", "status", "first_seen_at") WHERE "status" IN ('RESOLVED', 'REJECTED');
