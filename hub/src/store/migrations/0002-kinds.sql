CREATE TABLE "project" (
  connection_id bigint NOT NULL,
  id text NOT NULL,
  "name" text,
  "slug" text,
  "is_folder" boolean,
  "is_archived" boolean,
  "business_unit" text,
  "description" text,
  "business_impact" text,
  "owners" text[],
  "parent_ids" text[],
  "security_score" double precision,
  "issue_count" double precision,
  "critical_count" double precision,
  raw jsonb NOT NULL,
  hash uuid NOT NULL,
  observed_at timestamptz NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT now(),
  written_at timestamptz NOT NULL DEFAULT now(),
  written_run bigint,
  absent_run bigint,
  PRIMARY KEY (connection_id, id)
);
ALTER TABLE "project" ALTER COLUMN raw SET STORAGE EXTERNAL;
CREATE INDEX "project_by_name" ON "project" (connection_id, "name", id);
CREATE INDEX "project_by_is_folder" ON "project" (connection_id, "is_folder", id);
CREATE INDEX "project_by_is_archived" ON "project" (connection_id, "is_archived", id);
CREATE INDEX "project_by_business_unit" ON "project" (connection_id, "business_unit", id);
CREATE INDEX "project_by_business_impact" ON "project" (connection_id, "business_impact", id);
CREATE INDEX "project_by_parent_ids" ON "project" USING gin ("parent_ids");
CREATE INDEX "project_by_issue_count" ON "project" (connection_id, "issue_count", id);
COMMENT ON TABLE "project" IS 'A part of the estate with an owner: how Wiz divides responsibility.';
COMMENT ON COLUMN "project"."id" IS 'Wiz id of the project.';
COMMENT ON COLUMN "project"."name" IS 'Its name.';
COMMENT ON COLUMN "project"."slug" IS 'Its name in links.';
COMMENT ON COLUMN "project"."is_folder" IS 'It only holds other projects.';
COMMENT ON COLUMN "project"."is_archived" IS 'It is no longer in use.';
COMMENT ON COLUMN "project"."business_unit" IS 'The business unit it belongs to.';
COMMENT ON COLUMN "project"."description" IS 'What it is for.';
COMMENT ON COLUMN "project"."business_impact" IS 'What is at stake: low, medium or high.';
COMMENT ON COLUMN "project"."owners" IS 'Who owns it.';
COMMENT ON COLUMN "project"."parent_ids" IS 'The folders it lies in.';
COMMENT ON COLUMN "project"."security_score" IS 'Wiz''s score of it.';
COMMENT ON COLUMN "project"."issue_count" IS 'How many open issues it has.';
COMMENT ON COLUMN "project"."critical_count" IS 'How many of them are critical.';

CREATE TABLE "control" (
  connection_id bigint NOT NULL,
  id text NOT NULL,
  "name" text,
  "type" text,
  "severity" text,
  "severity_rank" smallint GENERATED ALWAYS AS (coalesce(array_position(ARRAY['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'], "severity"), 0)) STORED,
  "is_enabled" boolean,
  "is_builtin" boolean,
  "remediation" text,
  "frameworks" text[],
  "last_run_error" text,
  "created_at" timestamptz,
  "last_run_at" timestamptz,
  raw jsonb NOT NULL,
  hash uuid NOT NULL,
  observed_at timestamptz NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT now(),
  written_at timestamptz NOT NULL DEFAULT now(),
  written_run bigint,
  absent_run bigint,
  PRIMARY KEY (connection_id, id)
);
ALTER TABLE "control" ALTER COLUMN raw SET STORAGE EXTERNAL;
CREATE INDEX "control_by_name" ON "control" (connection_id, "name", id);
CREATE INDEX "control_by_type" ON "control" (connection_id, "type", id);
CREATE INDEX "control_by_severity" ON "control" (connection_id, "severity_rank", id);
CREATE INDEX "control_by_is_enabled" ON "control" (connection_id, "is_enabled", id);
CREATE INDEX "control_by_is_builtin" ON "control" (connection_id, "is_builtin", id);
CREATE INDEX "control_by_frameworks" ON "control" USING gin ("frameworks");
COMMENT ON TABLE "control" IS 'A rule over the security graph that opens issues.';
COMMENT ON COLUMN "control"."id" IS 'Wiz id of the control.';
COMMENT ON COLUMN "control"."name" IS 'Its name.';
COMMENT ON COLUMN "control"."type" IS 'What it looks at.';
COMMENT ON COLUMN "control"."severity" IS 'How bad its issues are.';
COMMENT ON COLUMN "control"."is_enabled" IS 'It is in use.';
COMMENT ON COLUMN "control"."is_builtin" IS 'It comes with Wiz.';
COMMENT ON COLUMN "control"."remediation" IS 'How to resolve its issues, as Markdown.';
COMMENT ON COLUMN "control"."frameworks" IS 'The compliance frameworks it counts for.';
COMMENT ON COLUMN "control"."last_run_error" IS 'Why its last run failed.';
COMMENT ON COLUMN "control"."created_at" IS 'When it was created.';
COMMENT ON COLUMN "control"."last_run_at" IS 'When it last ran.';

CREATE TABLE "technology" (
  connection_id bigint NOT NULL,
  id text NOT NULL,
  "name" text,
  "categories" text[],
  "usage" text,
  "usage_rank" smallint GENERATED ALWAYS AS (coalesce(array_position(ARRAY['RARE', 'UNCOMMON', 'COMMON', 'VERY_COMMON'], "usage"), 0)) STORED,
  "popularity" text,
  "popularity_rank" smallint GENERATED ALWAYS AS (coalesce(array_position(ARRAY['RARE', 'UNCOMMON', 'COMMON', 'VERY_COMMON'], "popularity"), 0)) STORED,
  "status" text,
  "risk" text,
  "risk_rank" smallint GENERATED ALWAYS AS (coalesce(array_position(ARRAY['NONE', 'LOW', 'MEDIUM', 'HIGH'], "risk"), 0)) STORED,
  "stack_layer" text,
  "is_cloud_service" boolean,
  "project_count" double precision,
  raw jsonb NOT NULL,
  hash uuid NOT NULL,
  observed_at timestamptz NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT now(),
  written_at timestamptz NOT NULL DEFAULT now(),
  written_run bigint,
  absent_run bigint,
  PRIMARY KEY (connection_id, id)
);
ALTER TABLE "technology" ALTER COLUMN raw SET STORAGE EXTERNAL;
CREATE INDEX "technology_by_name" ON "technology" (connection_id, "name", id);
CREATE INDEX "technology_by_categories" ON "technology" USING gin ("categories");
CREATE INDEX "technology_by_usage" ON "technology" (connection_id, "usage_rank", id);
CREATE INDEX "technology_by_status" ON "technology" (connection_id, "status", id);
CREATE INDEX "technology_by_risk" ON "technology" (connection_id, "risk_rank", id);
CREATE INDEX "technology_by_stack_layer" ON "technology" (connection_id, "stack_layer", id);
COMMENT ON TABLE "technology" IS 'A product or service in use somewhere in the estate; technologies become the asset types of assets.';
COMMENT ON COLUMN "technology"."id" IS 'Wiz id of the technology.';
COMMENT ON COLUMN "technology"."name" IS 'Its name.';
COMMENT ON COLUMN "technology"."categories" IS 'The groups it belongs to.';
COMMENT ON COLUMN "technology"."usage" IS 'How common it is here.';
COMMENT ON COLUMN "technology"."popularity" IS 'How common it is elsewhere.';
COMMENT ON COLUMN "technology"."status" IS 'The stance taken on it.';
COMMENT ON COLUMN "technology"."risk" IS 'The risk it brings.';
COMMENT ON COLUMN "technology"."stack_layer" IS 'The layer of the stack it is in.';
COMMENT ON COLUMN "technology"."is_cloud_service" IS 'A cloud provider runs it.';
COMMENT ON COLUMN "technology"."project_count" IS 'How many projects use it.';

CREATE TABLE "repository" (
  connection_id bigint NOT NULL,
  id text NOT NULL,
  "name" text,
  "url" text,
  "platform" text,
  "organization" text,
  "visibility" text,
  "is_public" boolean,
  "is_archived" boolean,
  "branches" text[],
  "project_ids" text[],
  raw jsonb NOT NULL,
  hash uuid NOT NULL,
  observed_at timestamptz NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT now(),
  written_at timestamptz NOT NULL DEFAULT now(),
  written_run bigint,
  absent_run bigint,
  PRIMARY KEY (connection_id, id)
);
ALTER TABLE "repository" ALTER COLUMN raw SET STORAGE EXTERNAL;
CREATE INDEX "repository_by_name" ON "repository" (connection_id, "name", id);
CREATE INDEX "repository_by_url" ON "repository" (connection_id, "url", id);
CREATE INDEX "repository_by_platform" ON "repository" (connection_id, "platform", id);
CREATE INDEX "repository_by_organization" ON "repository" (connection_id, "organization", id);
CREATE INDEX "repository_by_visibility" ON "repository" (connection_id, "visibility", id);
CREATE INDEX "repository_by_is_public" ON "repository" (connection_id, "is_public", id);
CREATE INDEX "repository_by_is_archived" ON "repository" (connection_id, "is_archived", id);
CREATE INDEX "repository_by_project_ids" ON "repository" USING gin ("project_ids");
COMMENT ON TABLE "repository" IS 'A source code repository that Wiz scans.';
COMMENT ON COLUMN "repository"."id" IS 'Wiz id of the repository.';
COMMENT ON COLUMN "repository"."name" IS 'Its name.';
COMMENT ON COLUMN "repository"."url" IS 'Where it lives.';
COMMENT ON COLUMN "repository"."platform" IS 'The code platform it is on.';
COMMENT ON COLUMN "repository"."organization" IS 'The organization it belongs to.';
COMMENT ON COLUMN "repository"."visibility" IS 'Who can see it.';
COMMENT ON COLUMN "repository"."is_public" IS 'Everybody can see it.';
COMMENT ON COLUMN "repository"."is_archived" IS 'It is no longer written to.';
COMMENT ON COLUMN "repository"."branches" IS 'Its branches.';
COMMENT ON COLUMN "repository"."project_ids" IS 'The Wiz projects it belongs to.';

CREATE TABLE "container_image" (
  connection_id bigint NOT NULL,
  id text NOT NULL,
  "name" text,
  "digest" text,
  "provider_id" text,
  "platform" text,
  "region" text,
  "operating_system" text,
  "subscription_id" text,
  "is_exposed" boolean,
  "issue_count" double precision,
  "project_ids" text[],
  "tags" jsonb,
  "first_seen_at" timestamptz,
  "updated_at" timestamptz,
  "deleted_at" timestamptz,
  raw jsonb NOT NULL,
  hash uuid NOT NULL,
  observed_at timestamptz NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT now(),
  written_at timestamptz NOT NULL DEFAULT now(),
  written_run bigint,
  absent_run bigint,
  PRIMARY KEY (connection_id, id)
);
ALTER TABLE "container_image" ALTER COLUMN raw SET STORAGE EXTERNAL;
CREATE INDEX "container_image_by_name" ON "container_image" (connection_id, "name", id);
CREATE INDEX "container_image_by_digest" ON "container_image" (connection_id, "digest", id);
CREATE INDEX "container_image_by_provider_id" ON "container_image" (connection_id, "provider_id", id);
CREATE INDEX "container_image_by_project_ids" ON "container_image" USING gin ("project_ids");
CREATE INDEX "container_image_by_first_seen_at" ON "container_image" (connection_id, "first_seen_at", id);
COMMENT ON TABLE "container_image" IS 'An image that containers are started from.';
COMMENT ON COLUMN "container_image"."id" IS 'Wiz id of the image.';
COMMENT ON COLUMN "container_image"."name" IS 'Its name.';
COMMENT ON COLUMN "container_image"."digest" IS 'Its digest or registry id.';
COMMENT ON COLUMN "container_image"."provider_id" IS 'The registry''s unique id.';
COMMENT ON COLUMN "container_image"."platform" IS 'The cloud its registry is in.';
COMMENT ON COLUMN "container_image"."region" IS 'The region its registry is in.';
COMMENT ON COLUMN "container_image"."operating_system" IS 'The distribution it is built on.';
COMMENT ON COLUMN "container_image"."subscription_id" IS 'The cloud account or subscription.';
COMMENT ON COLUMN "container_image"."is_exposed" IS 'It can be reached from the internet.';
COMMENT ON COLUMN "container_image"."issue_count" IS 'How many open issues it has.';
COMMENT ON COLUMN "container_image"."project_ids" IS 'The Wiz projects it belongs to.';
COMMENT ON COLUMN "container_image"."tags" IS 'Its tags, as a list of keys and values.';
COMMENT ON COLUMN "container_image"."first_seen_at" IS 'When Wiz first saw it.';
COMMENT ON COLUMN "container_image"."updated_at" IS 'When Wiz last touched it.';
COMMENT ON COLUMN "container_image"."deleted_at" IS 'When it was deleted.';

CREATE TABLE "cloud_resource" (
  connection_id bigint NOT NULL,
  id text NOT NULL,
  "name" text,
  "type" text,
  "native_type" text,
  "platform" text,
  "region" text,
  "status" text,
  "external_id" text,
  "provider_id" text,
  "subscription_id" text,
  "subscription_name" text,
  "resource_group" text,
  "technology" text,
  "asset_types" text[],
  "kubernetes_cluster" text,
  "ip_addresses" text[],
  "is_exposed" boolean,
  "has_sensitive_data" boolean,
  "has_admin_privileges" boolean,
  "issue_count" double precision,
  "critical_count" double precision,
  "project_ids" text[],
  "tags" jsonb,
  "first_seen_at" timestamptz,
  "last_seen_at" timestamptz,
  "created_at" timestamptz,
  "updated_at" timestamptz,
  "deleted_at" timestamptz,
  raw jsonb NOT NULL,
  hash uuid NOT NULL,
  observed_at timestamptz NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT now(),
  written_at timestamptz NOT NULL DEFAULT now(),
  written_run bigint,
  absent_run bigint,
  PRIMARY KEY (connection_id, id)
);
ALTER TABLE "cloud_resource" ALTER COLUMN raw SET STORAGE EXTERNAL;
CREATE INDEX "cloud_resource_by_name" ON "cloud_resource" (connection_id, "name", id);
CREATE INDEX "cloud_resource_by_type" ON "cloud_resource" (connection_id, "type", id);
CREATE INDEX "cloud_resource_by_platform" ON "cloud_resource" (connection_id, "platform", id);
CREATE INDEX "cloud_resource_by_external_id" ON "cloud_resource" (connection_id, "external_id", id);
CREATE INDEX "cloud_resource_by_provider_id" ON "cloud_resource" (connection_id, "provider_id", id);
CREATE INDEX "cloud_resource_by_asset_types" ON "cloud_resource" USING gin ("asset_types");
CREATE INDEX "cloud_resource_by_ip_addresses" ON "cloud_resource" USING gin ("ip_addresses");
CREATE INDEX "cloud_resource_by_project_ids" ON "cloud_resource" USING gin ("project_ids");
CREATE INDEX "cloud_resource_by_first_seen_at" ON "cloud_resource" (connection_id, "first_seen_at", id);
CREATE INDEX "cloud_resource_by_updated_at" ON "cloud_resource" (connection_id, "updated_at", id);
COMMENT ON TABLE "cloud_resource" IS 'An asset: anything in a cloud, a cluster or a code platform that Wiz knows of.';
COMMENT ON COLUMN "cloud_resource"."id" IS 'Wiz id of the resource.';
COMMENT ON COLUMN "cloud_resource"."name" IS 'Its name.';
COMMENT ON COLUMN "cloud_resource"."type" IS 'What it is, in the words of the security graph.';
COMMENT ON COLUMN "cloud_resource"."native_type" IS 'What it is, in the cloud''s own words.';
COMMENT ON COLUMN "cloud_resource"."platform" IS 'The cloud it is in.';
COMMENT ON COLUMN "cloud_resource"."region" IS 'The region it is in.';
COMMENT ON COLUMN "cloud_resource"."status" IS 'Whether it runs.';
COMMENT ON COLUMN "cloud_resource"."external_id" IS 'The cloud''s own id.';
COMMENT ON COLUMN "cloud_resource"."provider_id" IS 'The cloud''s own unique id, e.g. an ARN.';
COMMENT ON COLUMN "cloud_resource"."subscription_id" IS 'The cloud account or subscription.';
COMMENT ON COLUMN "cloud_resource"."subscription_name" IS 'The name of that account.';
COMMENT ON COLUMN "cloud_resource"."resource_group" IS 'The resource group it sits in.';
COMMENT ON COLUMN "cloud_resource"."technology" IS 'The main technology it is made of.';
COMMENT ON COLUMN "cloud_resource"."asset_types" IS 'Asset types: all technologies found on it.';
COMMENT ON COLUMN "cloud_resource"."kubernetes_cluster" IS 'The cluster it belongs to.';
COMMENT ON COLUMN "cloud_resource"."ip_addresses" IS 'Its addresses.';
COMMENT ON COLUMN "cloud_resource"."is_exposed" IS 'It can be reached from the internet.';
COMMENT ON COLUMN "cloud_resource"."has_sensitive_data" IS 'Sensitive data was found on it.';
COMMENT ON COLUMN "cloud_resource"."has_admin_privileges" IS 'It holds administrator rights.';
COMMENT ON COLUMN "cloud_resource"."issue_count" IS 'How many open issues it has.';
COMMENT ON COLUMN "cloud_resource"."critical_count" IS 'How many of them are critical.';
COMMENT ON COLUMN "cloud_resource"."project_ids" IS 'The Wiz projects it belongs to.';
COMMENT ON COLUMN "cloud_resource"."tags" IS 'Its tags, as a list of keys and values.';
COMMENT ON COLUMN "cloud_resource"."first_seen_at" IS 'When Wiz first saw it.';
COMMENT ON COLUMN "cloud_resource"."last_seen_at" IS 'When Wiz last saw it.';
COMMENT ON COLUMN "cloud_resource"."created_at" IS 'When it was created.';
COMMENT ON COLUMN "cloud_resource"."updated_at" IS 'When Wiz last touched it.';
COMMENT ON COLUMN "cloud_resource"."deleted_at" IS 'When it was deleted in the cloud.';

CREATE TABLE "issue" (
  connection_id bigint NOT NULL,
  id text NOT NULL,
  "type" text,
  "status" text,
  "severity" text,
  "severity_rank" smallint GENERATED ALWAYS AS (coalesce(array_position(ARRAY['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'], "severity"), 0)) STORED,
  "rule_id" text,
  "rule_name" text,
  "asset_id" text,
  "asset_name" text,
  "asset_type" text,
  "platform" text,
  "region" text,
  "asset_status" text,
  "provider_id" text,
  "subscription_id" text,
  "subscription_name" text,
  "project_ids" text[],
  "ticket_ids" text[],
  "frameworks" text[],
  "resolution_reason" text,
  "assignee" text,
  "tags" jsonb,
  "created_at" timestamptz,
  "updated_at" timestamptz,
  "status_changed_at" timestamptz,
  "resolved_at" timestamptz,
  "due_at" timestamptz,
  raw jsonb NOT NULL,
  hash uuid NOT NULL,
  observed_at timestamptz NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT now(),
  written_at timestamptz NOT NULL DEFAULT now(),
  written_run bigint,
  absent_run bigint,
  PRIMARY KEY (connection_id, id)
);
ALTER TABLE "issue" ALTER COLUMN raw SET STORAGE EXTERNAL;
CREATE INDEX "issue_by_status" ON "issue" (connection_id, "status", id);
CREATE INDEX "issue_by_severity" ON "issue" (connection_id, "severity_rank", id);
CREATE INDEX "issue_by_rule_id" ON "issue" (connection_id, "rule_id", id);
CREATE INDEX "issue_by_asset_id" ON "issue" (connection_id, "asset_id", id);
CREATE INDEX "issue_by_project_ids" ON "issue" USING gin ("project_ids");
CREATE INDEX "issue_by_created_at" ON "issue" (connection_id, "created_at", id);
CREATE INDEX "issue_by_updated_at" ON "issue" (connection_id, "updated_at", id);
CREATE INDEX "issue_by_due_at" ON "issue" (connection_id, "due_at", id);
COMMENT ON TABLE "issue" IS 'A risk Wiz found, and who should act on it.';
COMMENT ON COLUMN "issue"."id" IS 'Wiz id of the issue.';
COMMENT ON COLUMN "issue"."type" IS 'What kind of risk it is.';
COMMENT ON COLUMN "issue"."status" IS 'Where it stands.';
COMMENT ON COLUMN "issue"."severity" IS 'How bad it is.';
COMMENT ON COLUMN "issue"."rule_id" IS 'The rule that found it.';
COMMENT ON COLUMN "issue"."rule_name" IS 'The name of that rule.';
COMMENT ON COLUMN "issue"."asset_id" IS 'The resource it is on.';
COMMENT ON COLUMN "issue"."asset_name" IS 'The name of that resource.';
COMMENT ON COLUMN "issue"."asset_type" IS 'What that resource is.';
COMMENT ON COLUMN "issue"."platform" IS 'The cloud that resource is in.';
COMMENT ON COLUMN "issue"."region" IS 'The region that resource is in.';
COMMENT ON COLUMN "issue"."asset_status" IS 'Whether the resource is Active or Inactive.';
COMMENT ON COLUMN "issue"."provider_id" IS 'The cloud''s own id of the resource.';
COMMENT ON COLUMN "issue"."subscription_id" IS 'The cloud account or subscription.';
COMMENT ON COLUMN "issue"."subscription_name" IS 'The name of that account.';
COMMENT ON COLUMN "issue"."project_ids" IS 'The Wiz projects it belongs to.';
COMMENT ON COLUMN "issue"."ticket_ids" IS 'The tickets opened for it.';
COMMENT ON COLUMN "issue"."frameworks" IS 'The compliance frameworks its rule counts for.';
COMMENT ON COLUMN "issue"."resolution_reason" IS 'Why it ended.';
COMMENT ON COLUMN "issue"."assignee" IS 'Who is to act on it.';
COMMENT ON COLUMN "issue"."tags" IS 'Tags of the resource.';
COMMENT ON COLUMN "issue"."created_at" IS 'When Wiz opened it.';
COMMENT ON COLUMN "issue"."updated_at" IS 'When Wiz last touched it.';
COMMENT ON COLUMN "issue"."status_changed_at" IS 'When its status last changed.';
COMMENT ON COLUMN "issue"."resolved_at" IS 'When it was resolved.';
COMMENT ON COLUMN "issue"."due_at" IS 'When it has to be fixed.';

CREATE TABLE "service_ticket" (
  connection_id bigint NOT NULL,
  id text NOT NULL,
  "external_id" text,
  "name" text,
  "url" text,
  "system" text,
  "integration" text,
  "project_id" text,
  raw jsonb NOT NULL,
  hash uuid NOT NULL,
  observed_at timestamptz NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT now(),
  written_at timestamptz NOT NULL DEFAULT now(),
  written_run bigint,
  absent_run bigint,
  PRIMARY KEY (connection_id, id)
);
ALTER TABLE "service_ticket" ALTER COLUMN raw SET STORAGE EXTERNAL;
CREATE INDEX "service_ticket_by_external_id" ON "service_ticket" (connection_id, "external_id", id);
CREATE INDEX "service_ticket_by_system" ON "service_ticket" (connection_id, "system", id);
CREATE INDEX "service_ticket_by_integration" ON "service_ticket" (connection_id, "integration", id);
CREATE INDEX "service_ticket_by_project_id" ON "service_ticket" (connection_id, "project_id", id);
COMMENT ON TABLE "service_ticket" IS 'A ticket in another system that was opened for an issue.';
COMMENT ON COLUMN "service_ticket"."id" IS 'Wiz id of the ticket.';
COMMENT ON COLUMN "service_ticket"."external_id" IS 'Its id in the other system.';
COMMENT ON COLUMN "service_ticket"."name" IS 'Its name there.';
COMMENT ON COLUMN "service_ticket"."url" IS 'Where to open it.';
COMMENT ON COLUMN "service_ticket"."system" IS 'The other system, e.g. Jira or ServiceNow.';
COMMENT ON COLUMN "service_ticket"."integration" IS 'The integration that opened it.';
COMMENT ON COLUMN "service_ticket"."project_id" IS 'The Wiz project it belongs to.';

CREATE TABLE "vulnerability_finding" (
  connection_id bigint NOT NULL,
  id text NOT NULL,
  "name" text,
  "package" text,
  "version" text,
  "fixed_version" text,
  "status" text,
  "severity" text,
  "severity_rank" smallint GENERATED ALWAYS AS (coalesce(array_position(ARRAY['NONE', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'], "severity"), 0)) STORED,
  "vendor_severity" text,
  "score" double precision,
  "epss_probability" double precision,
  "has_exploit" boolean,
  "is_known_exploited" boolean,
  "has_fix" boolean,
  "detection_method" text,
  "asset_id" text,
  "asset_name" text,
  "asset_type" text,
  "platform" text,
  "region" text,
  "provider_id" text,
  "subscription_id" text,
  "repository_id" text,
  "location_path" text,
  "project_ids" text[],
  "resolution_reason" text,
  "tags" jsonb,
  "first_detected_at" timestamptz,
  "last_detected_at" timestamptz,
  "updated_at" timestamptz,
  "resolved_at" timestamptz,
  "due_at" timestamptz,
  raw jsonb NOT NULL,
  hash uuid NOT NULL,
  observed_at timestamptz NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT now(),
  written_at timestamptz NOT NULL DEFAULT now(),
  written_run bigint,
  absent_run bigint,
  PRIMARY KEY (connection_id, id)
);
ALTER TABLE "vulnerability_finding" ALTER COLUMN raw SET STORAGE EXTERNAL;
CREATE INDEX "vulnerability_finding_by_name" ON "vulnerability_finding" (connection_id, "name", id);
CREATE INDEX "vulnerability_finding_by_status" ON "vulnerability_finding" (connection_id, "status", id);
CREATE INDEX "vulnerability_finding_by_severity" ON "vulnerability_finding" (connection_id, "severity_rank", id);
CREATE INDEX "vulnerability_finding_by_asset_id" ON "vulnerability_finding" (connection_id, "asset_id", id);
CREATE INDEX "vulnerability_finding_by_repository_id" ON "vulnerability_finding" (connection_id, "repository_id", id);
CREATE INDEX "vulnerability_finding_by_project_ids" ON "vulnerability_finding" USING gin ("project_ids");
CREATE INDEX "vulnerability_finding_by_first_detected_at" ON "vulnerability_finding" (connection_id, "first_detected_at", id);
CREATE INDEX "vulnerability_finding_by_updated_at" ON "vulnerability_finding" (connection_id, "updated_at", id);
COMMENT ON TABLE "vulnerability_finding" IS 'A known weakness in software that runs, or will run, on an asset.';
COMMENT ON COLUMN "vulnerability_finding"."id" IS 'Wiz id of the finding.';
COMMENT ON COLUMN "vulnerability_finding"."name" IS 'The CVE, or another catalogue id such as a GHSA.';
COMMENT ON COLUMN "vulnerability_finding"."package" IS 'The package or library that has it.';
COMMENT ON COLUMN "vulnerability_finding"."version" IS 'The version found.';
COMMENT ON COLUMN "vulnerability_finding"."fixed_version" IS 'The version that fixes it.';
COMMENT ON COLUMN "vulnerability_finding"."status" IS 'Where it stands.';
COMMENT ON COLUMN "vulnerability_finding"."severity" IS 'How bad Wiz says it is.';
COMMENT ON COLUMN "vulnerability_finding"."vendor_severity" IS 'How bad its vendor says it is.';
COMMENT ON COLUMN "vulnerability_finding"."score" IS 'CVSS score, 0 to 10.';
COMMENT ON COLUMN "vulnerability_finding"."epss_probability" IS 'Probability of exploitation in the next 30 days, 0 to 1.';
COMMENT ON COLUMN "vulnerability_finding"."has_exploit" IS 'An exploit is public.';
COMMENT ON COLUMN "vulnerability_finding"."is_known_exploited" IS 'It is in CISA''s catalogue of known exploited vulnerabilities.';
COMMENT ON COLUMN "vulnerability_finding"."has_fix" IS 'A fix exists.';
COMMENT ON COLUMN "vulnerability_finding"."detection_method" IS 'How Wiz found it.';
COMMENT ON COLUMN "vulnerability_finding"."asset_id" IS 'The asset it is on.';
COMMENT ON COLUMN "vulnerability_finding"."asset_name" IS 'The name of that asset.';
COMMENT ON COLUMN "vulnerability_finding"."asset_type" IS 'What that asset is.';
COMMENT ON COLUMN "vulnerability_finding"."platform" IS 'The cloud that asset is in.';
COMMENT ON COLUMN "vulnerability_finding"."region" IS 'The region that asset is in.';
COMMENT ON COLUMN "vulnerability_finding"."provider_id" IS 'The cloud''s own id of the asset.';
COMMENT ON COLUMN "vulnerability_finding"."subscription_id" IS 'The cloud account or subscription.';
COMMENT ON COLUMN "vulnerability_finding"."repository_id" IS 'The source repository it is in.';
COMMENT ON COLUMN "vulnerability_finding"."location_path" IS 'The file it was found in.';
COMMENT ON COLUMN "vulnerability_finding"."project_ids" IS 'The Wiz projects it belongs to.';
COMMENT ON COLUMN "vulnerability_finding"."resolution_reason" IS 'Why it ended.';
COMMENT ON COLUMN "vulnerability_finding"."tags" IS 'Tags of the asset.';
COMMENT ON COLUMN "vulnerability_finding"."first_detected_at" IS 'When Wiz first saw it.';
COMMENT ON COLUMN "vulnerability_finding"."last_detected_at" IS 'When Wiz last saw it.';
COMMENT ON COLUMN "vulnerability_finding"."updated_at" IS 'When Wiz last touched it.';
COMMENT ON COLUMN "vulnerability_finding"."resolved_at" IS 'When it was resolved.';
COMMENT ON COLUMN "vulnerability_finding"."due_at" IS 'CISA''s date to fix it by.';

CREATE TABLE "configuration_finding" (
  connection_id bigint NOT NULL,
  id text NOT NULL,
  "rule_id" text,
  "rule_short_id" text,
  "rule_name" text,
  "result" text,
  "status" text,
  "severity" text,
  "severity_rank" smallint GENERATED ALWAYS AS (coalesce(array_position(ARRAY['NONE', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'], "severity"), 0)) STORED,
  "asset_id" text,
  "asset_name" text,
  "asset_type" text,
  "platform" text,
  "region" text,
  "provider_id" text,
  "subscription_id" text,
  "project_ids" text[],
  "frameworks" text[],
  "resolution_reason" text,
  "deleted" boolean,
  "first_seen_at" timestamptz,
  "analyzed_at" timestamptz,
  "updated_at" timestamptz,
  "status_changed_at" timestamptz,
  raw jsonb NOT NULL,
  hash uuid NOT NULL,
  observed_at timestamptz NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT now(),
  written_at timestamptz NOT NULL DEFAULT now(),
  written_run bigint,
  absent_run bigint,
  PRIMARY KEY (connection_id, id)
);
ALTER TABLE "configuration_finding" ALTER COLUMN raw SET STORAGE EXTERNAL;
CREATE INDEX "configuration_finding_by_rule_id" ON "configuration_finding" (connection_id, "rule_id", id);
CREATE INDEX "configuration_finding_by_status" ON "configuration_finding" (connection_id, "status", id);
CREATE INDEX "configuration_finding_by_severity" ON "configuration_finding" (connection_id, "severity_rank", id);
CREATE INDEX "configuration_finding_by_asset_id" ON "configuration_finding" (connection_id, "asset_id", id);
CREATE INDEX "configuration_finding_by_project_ids" ON "configuration_finding" USING gin ("project_ids");
CREATE INDEX "configuration_finding_by_first_seen_at" ON "configuration_finding" (connection_id, "first_seen_at", id);
CREATE INDEX "configuration_finding_by_updated_at" ON "configuration_finding" (connection_id, "updated_at", id);
COMMENT ON TABLE "configuration_finding" IS 'A cloud resource checked against a configuration rule.';
COMMENT ON COLUMN "configuration_finding"."id" IS 'Wiz id of the finding.';
COMMENT ON COLUMN "configuration_finding"."rule_id" IS 'The rule that was checked.';
COMMENT ON COLUMN "configuration_finding"."rule_short_id" IS 'The short id of that rule, e.g. IAM-006.';
COMMENT ON COLUMN "configuration_finding"."rule_name" IS 'The name of that rule.';
COMMENT ON COLUMN "configuration_finding"."result" IS 'What the check said.';
COMMENT ON COLUMN "configuration_finding"."status" IS 'Where it stands.';
COMMENT ON COLUMN "configuration_finding"."severity" IS 'How bad it is.';
COMMENT ON COLUMN "configuration_finding"."asset_id" IS 'The resource that was checked.';
COMMENT ON COLUMN "configuration_finding"."asset_name" IS 'The name of that resource.';
COMMENT ON COLUMN "configuration_finding"."asset_type" IS 'What that resource is.';
COMMENT ON COLUMN "configuration_finding"."platform" IS 'The cloud that resource is in.';
COMMENT ON COLUMN "configuration_finding"."region" IS 'The region that resource is in.';
COMMENT ON COLUMN "configuration_finding"."provider_id" IS 'The cloud''s own id of the resource.';
COMMENT ON COLUMN "configuration_finding"."subscription_id" IS 'The cloud account or subscription.';
COMMENT ON COLUMN "configuration_finding"."project_ids" IS 'The Wiz projects it belongs to.';
COMMENT ON COLUMN "configuration_finding"."frameworks" IS 'The compliance frameworks it counts for.';
COMMENT ON COLUMN "configuration_finding"."resolution_reason" IS 'Why it ended.';
COMMENT ON COLUMN "configuration_finding"."deleted" IS 'Wiz says it is gone.';
COMMENT ON COLUMN "configuration_finding"."first_seen_at" IS 'When Wiz first saw it.';
COMMENT ON COLUMN "configuration_finding"."analyzed_at" IS 'When it was last checked.';
COMMENT ON COLUMN "configuration_finding"."updated_at" IS 'When Wiz last touched it.';
COMMENT ON COLUMN "configuration_finding"."status_changed_at" IS 'When its status last changed.';

CREATE OR REPLACE VIEW finding AS
SELECT 'issue'::text AS kind, connection_id, id, "rule_name" AS "title", "severity" AS "severity", "status" AS "status", "rule_id" AS "rule", "asset_id" AS "asset_id", "asset_name" AS "asset_name", "asset_type" AS "asset_type", "platform" AS "platform", "project_ids" AS "project_ids", "created_at" AS "detected_at", "updated_at" AS "updated_at", "resolved_at" AS "resolved_at", "due_at" AS "due_at", "severity_rank" AS severity_rank, absent_run
  FROM "issue"
UNION ALL
SELECT 'vulnerability-finding'::text AS kind, connection_id, id, "name" AS "title", "severity" AS "severity", "status" AS "status", "name" AS "rule", "asset_id" AS "asset_id", "asset_name" AS "asset_name", "asset_type" AS "asset_type", "platform" AS "platform", "project_ids" AS "project_ids", "first_detected_at" AS "detected_at", "updated_at" AS "updated_at", "resolved_at" AS "resolved_at", "due_at" AS "due_at", "severity_rank" AS severity_rank, absent_run
  FROM "vulnerability_finding"
UNION ALL
SELECT 'configuration-finding'::text AS kind, connection_id, id, "rule_name" AS "title", "severity" AS "severity", "status" AS "status", "rule_id" AS "rule", "asset_id" AS "asset_id", "asset_name" AS "asset_name", "asset_type" AS "asset_type", "platform" AS "platform", "project_ids" AS "project_ids", "first_seen_at" AS "detected_at", "updated_at" AS "updated_at", NULL::timestamptz AS "resolved_at", NULL::timestamptz AS "due_at", "severity_rank" AS severity_rank, absent_run
  FROM "configuration_finding";
