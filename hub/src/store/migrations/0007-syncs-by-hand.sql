-- A scope that somebody has synced by hand is wanted, whether or not a plan has it too.

ALTER TABLE watermark ADD COLUMN by_hand boolean NOT NULL DEFAULT false;
UPDATE watermark SET by_hand = true WHERE NOT EXISTS (SELECT FROM plan WHERE plan.connection_id = watermark.connection_id);
COMMENT ON COLUMN watermark.by_hand IS 'It was read in whole by a sync that was no run of a plan: such rows stay until their scope changes.';
