-- What runs add up to: counters that do not fall when old runs are removed.

CREATE VIEW run_count AS
  SELECT run_id, connection_id, kind, what, n FROM run_partition CROSS JOIN LATERAL (VALUES
    ('inserted', inserted), ('updated', updated), ('unchanged', unchanged), ('stale', stale), ('rejected', rejected),
    ('calls', calls), ('bytes', bytes)) AS counts (what, n)
  UNION ALL SELECT run_id, connection_id, kind, 'removed', removed FROM receipt
  UNION ALL SELECT id, connection_id, '', 'renewals', renewals::bigint FROM run
  UNION ALL SELECT id, connection_id, '', status, 1::bigint FROM run WHERE finished_at IS NOT NULL;
COMMENT ON VIEW run_count IS 'The counts of each run; a row without kind is about the run as a whole.';

CREATE TABLE counted (
  connection_id  bigint NOT NULL REFERENCES connection ON DELETE CASCADE,
  kind           text NOT NULL,
  what           text NOT NULL,
  n              bigint NOT NULL,
  PRIMARY KEY (connection_id, kind, what)
);
COMMENT ON TABLE counted IS 'The counts of runs that have been removed since.';
