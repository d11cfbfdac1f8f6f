/**
 * Writes so many issues of one connection, as different as those of a large tenant: 300 rules, 50,000 assets in 300
 * subscriptions, 60 projects; the names and projects of an issue follow from its rule and its asset.
 */
export async function writeIssues(
  pool: { query(text: string, values?: unknown[]): Promise<unknown> },
  rows: number,
): Promise<void> {
  await pool.query(
    `INSERT INTO connection (name, api_url, client_id) VALUES ('bench', 'https://api.us1.app.wiz.io/graphql', 'x')`,
  )
  for (let from = 0; from < rows; from += BATCH) await pool.query(INSERT, [from, Math.min(rows, from + BATCH)])
  await pool.query('VACUUM ANALYZE')
}

const BATCH = 50_000

const INSERT = `
  WITH drawn AS MATERIALIZED (
    SELECT n, (random() * 299)::int AS rule, (random() * 49999)::int AS asset FROM generate_series($1 + 1, $2::int) n
  ), account AS MATERIALIZED (
    SELECT n, (ARRAY['AWS', 'Azure', 'GCP'])[1 + n % 3] AS platform,
      ARRAY(SELECT DISTINCT 'project-' || (n * 7 + k * 13) % 60 FROM generate_series(0, n % 3) k) AS projects
    FROM generate_series(0, 299) n
  ), rule AS MATERIALIZED (
    SELECT n,
      (ARRAY['INFORMATIONAL', 'LOW', 'LOW', 'MEDIUM', 'MEDIUM', 'MEDIUM', 'HIGH', 'HIGH', 'CRITICAL'])[1 + n % 9] AS severity,
      (ARRAY['TOXIC_COMBINATION', 'THREAT_DETECTION', 'CLOUD_CONFIGURATION'])[1 + n % 3] AS type,
      (ARRAY['Public', 'Unencrypted', 'Outdated', 'Overprivileged', 'Unpatched'])[1 + n % 5] || ' ' ||
        (ARRAY['storage', 'workload', 'identity', 'database', 'network', 'secret', 'image'])[1 + n % 7] ||
        ' breaks policy ' || n AS name,
      ARRAY(SELECT DISTINCT 'Framework ' || (n * 5 + k * 11) % 40 FROM generate_series(0, n % 8) k) AS frameworks
    FROM generate_series(0, 299) n
  )
  INSERT INTO issue (connection_id, id, type, status, severity, rule_id, rule_name, asset_id, asset_name, asset_type,
     platform, subscription_id, subscription_name, project_ids, frameworks, created_at, updated_at, due_at, resolved_at,
     raw, hash, observed_at)
  SELECT c.id, gen_random_uuid()::text, rule.type,
    (ARRAY['OPEN', 'OPEN', 'IN_PROGRESS', 'RESOLVED', 'REJECTED'])[1 + (random() * 4.99)::int % 5],
    rule.severity, 'wc-id-' || rule.n, rule.name, md5('asset' || asset),
    (ARRAY['bucket', 'server', 'container', 'user', 'database', 'function'])[1 + asset % 6] || '-' || asset,
    (ARRAY['BUCKET', 'VIRTUAL_MACHINE', 'CONTAINER', 'USER_ACCOUNT', 'DATABASE', 'SERVERLESS'])[1 + asset % 6],
    account.platform, 'subscription-' || account.n, 'account ' || account.n, account.projects, rule.frameworks,
    now() - random() * interval '700 days', now() - random() * interval '300 days',
    CASE WHEN random() < 0.5 THEN now() + (random() * 100 - 50) * interval '1 day' END,
    CASE WHEN random() < 0.3 THEN now() - random() * interval '100 days' END,
    jsonb_build_object('id', drawn.n, 'description', repeat('what happened and what to do ', 30)),
    gen_random_uuid(), now()
  FROM connection c, drawn JOIN rule ON rule.n = drawn.rule JOIN account ON account.n = drawn.asset % 300
  WHERE c.name = 'bench'`
