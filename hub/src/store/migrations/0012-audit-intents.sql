-- What is about to be done is written down before it is done; how it ended is an entry of its own.

ALTER TABLE audit_entry
  ADD COLUMN settles bigint UNIQUE REFERENCES audit_entry,
  DROP CONSTRAINT audit_entry_outcome_check,
  ADD CONSTRAINT audit_entry_outcome_check CHECK (outcome IN ('begun', 'done', 'refused', 'failed'));
COMMENT ON COLUMN audit_entry.settles IS 'The entry of what was begun, of which this one tells the outcome.';
