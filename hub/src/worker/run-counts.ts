/** The counts of each run, in SQL: those of the view, and what was read but not taken. */
export const RUN_COUNTS = `(SELECT run_id, connection_id, kind, what, n FROM run_count
  UNION ALL SELECT run_id, connection_id, kind, 'deleted', deleted FROM run_partition
  UNION ALL SELECT run_id, connection_id, kind, 'left-out', (SELECT coalesce(sum(value::bigint), 0) FROM jsonb_each_text(dropped))
    FROM run_partition) run_counts`
