-- Ingestion plans: what to bring in over a connection, how it is filtered, and how often.

CREATE TABLE plan (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  connection_id  bigint NOT NULL REFERENCES connection ON DELETE CASCADE,
  name           text NOT NULL UNIQUE CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
  template       text NOT NULL,
  kinds          text[] NOT NULL CHECK (kinds <> '{}'),
  filters        jsonb NOT NULL DEFAULT '{}',
  options        jsonb NOT NULL DEFAULT '{}',
  schedule       text NOT NULL,
  time_zone      text NOT NULL DEFAULT 'UTC',
  enabled        boolean NOT NULL DEFAULT true,
  last_run_id    bigint REFERENCES run ON DELETE SET NULL,
  last_run_at    timestamptz,
  next_run_at    timestamptz,
  created_by     text NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX plan_by_connection ON plan (connection_id, id);
CREATE INDEX plan_by_next_run ON plan (next_run_at) WHERE enabled;
COMMENT ON COLUMN plan.filters IS 'Limits by name, e.g. severities; an absent one lets everything through.';
COMMENT ON COLUMN plan.schedule IS 'In words such as "every 6 hours", or a cron expression in the time zone beside it.';
COMMENT ON COLUMN plan.next_run_at IS 'Null for a plan that only runs when it is asked to.';

ALTER TABLE run ADD COLUMN plan_id bigint REFERENCES plan ON DELETE SET NULL;
CREATE INDEX run_by_plan ON run (plan_id, id DESC) WHERE plan_id IS NOT NULL;

-- Several plans of one connection have a scope each, and each of them is known up to a point of its own.
ALTER TABLE watermark DROP CONSTRAINT watermark_pkey, ADD PRIMARY KEY (connection_id, kind, scope);
COMMENT ON TABLE watermark IS 'Up to where a scope of a kind is known for certain; a delta starts from here.';
