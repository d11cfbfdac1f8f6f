-- What Wizbridge knows about itself. Tables of Wiz's objects are derived from the kinds, in 0002.
-- Every table that grows with the estate leads its keys with connection_id, so that it can be distributed by it.

CREATE TABLE connection (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name           text NOT NULL UNIQUE CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
  api_url        text NOT NULL,
  token_url      text,
  client_id      text NOT NULL,
  client_secret  text,
  project_ids    text[] NOT NULL DEFAULT '{}',
  status         text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'not-connected')),
  status_reason  text,
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  last_success_at timestamptz
);
COMMENT ON COLUMN connection.client_secret IS 'Sealed with the master key; null once disconnected.';

CREATE TABLE pace (
  account    text PRIMARY KEY,
  state      jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE pace IS 'What is known of the rate limit of each Wiz service account, shared by all processes.';

CREATE TABLE run (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  connection_id  bigint NOT NULL REFERENCES connection ON DELETE CASCADE,
  action         text NOT NULL,
  started_by     text NOT NULL,
  status         text NOT NULL DEFAULT 'running'
                 CHECK (status IN ('queued', 'running', 'complete', 'partial', 'failed', 'cancelled')),
  options        jsonb NOT NULL DEFAULT '{}',
  error_code     text,
  error          text,
  renewals       integer NOT NULL DEFAULT 0,
  created_at     timestamptz NOT NULL DEFAULT now(),
  started_at     timestamptz NOT NULL DEFAULT now(),
  finished_at    timestamptz
);
CREATE INDEX run_by_connection ON run (connection_id, id DESC);
CREATE UNIQUE INDEX run_one_at_a_time ON run (connection_id) WHERE status IN ('queued', 'running');

CREATE TABLE receipt (
  run_id         bigint NOT NULL REFERENCES run ON DELETE CASCADE,
  kind           text NOT NULL,
  connection_id  bigint NOT NULL,
  mode           text NOT NULL CHECK (mode IN ('full', 'delta', 'inside')),
  state          text NOT NULL DEFAULT 'waiting'
                 CHECK (state IN ('waiting', 'walking', 'closing', 'settling', 'complete', 'partial', 'failed', 'cancelled')),
  scope          jsonb NOT NULL DEFAULT '{}',
  expected       bigint,
  fetched        bigint NOT NULL DEFAULT 0,
  removed        bigint NOT NULL DEFAULT 0,
  marked         bigint NOT NULL DEFAULT 0,
  held           bigint NOT NULL DEFAULT 0,
  held_state     text CHECK (held_state IN ('waiting', 'approved', 'refused')),
  error_code     text,
  error          text,
  notes          jsonb NOT NULL DEFAULT '[]',
  walk_started_at timestamptz,
  finished_at    timestamptz,
  PRIMARY KEY (run_id, kind)
);

CREATE TABLE run_partition (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id         bigint NOT NULL REFERENCES run ON DELETE CASCADE,
  connection_id  bigint NOT NULL,
  kind           text NOT NULL,
  role           text NOT NULL CHECK (role IN ('walk', 'close', 'settle')),
  label          text NOT NULL,
  slice          jsonb NOT NULL DEFAULT '{}',
  state          text NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'running', 'done', 'split', 'failed')),
  epoch          integer NOT NULL DEFAULT 0,
  cursor         text,
  pages          integer NOT NULL DEFAULT 0,
  expected       bigint,
  fetched        bigint NOT NULL DEFAULT 0,
  inserted       bigint NOT NULL DEFAULT 0,
  updated        bigint NOT NULL DEFAULT 0,
  unchanged      bigint NOT NULL DEFAULT 0,
  stale          bigint NOT NULL DEFAULT 0,
  rejected       bigint NOT NULL DEFAULT 0,
  incomplete     bigint NOT NULL DEFAULT 0,
  deleted        bigint NOT NULL DEFAULT 0,
  dropped        jsonb NOT NULL DEFAULT '{}',
  notes          jsonb NOT NULL DEFAULT '[]',
  calls          bigint NOT NULL DEFAULT 0,
  bytes          bigint NOT NULL DEFAULT 0,
  error_code     text,
  error          text,
  started_at     timestamptz,
  finished_at    timestamptz
);
CREATE INDEX run_partition_by_run ON run_partition (run_id, state);
COMMENT ON COLUMN run_partition.dropped IS 'How many rows were read and left out, by reason.';
COMMENT ON COLUMN run_partition.epoch IS 'Counts the claims; a page written under an older one is refused.';

CREATE TABLE run_page (
  run_id         bigint NOT NULL REFERENCES run ON DELETE CASCADE,
  kind           text NOT NULL,
  partition_id   bigint NOT NULL,
  seq            integer NOT NULL,
  ids            text[] NOT NULL,
  other_ids      text[] NOT NULL DEFAULT '{}',
  written_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (run_id, kind, partition_id, seq)
);
COMMENT ON TABLE run_page IS 'Which ids a page brought: what a complete walk did not see is absent. Emptied when the run ends.';
COMMENT ON COLUMN run_page.other_ids IS 'Rows that were there but are not kept: left out by a filter, or deleted by their own word.';

CREATE TABLE held_row (
  run_id         bigint NOT NULL REFERENCES run ON DELETE CASCADE,
  kind           text NOT NULL,
  id             text NOT NULL,
  PRIMARY KEY (run_id, kind, id)
);
COMMENT ON TABLE held_row IS 'Rows whose removal waits for a person, because there are so many of them.';

CREATE TABLE rejected_record (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id         bigint NOT NULL REFERENCES run ON DELETE CASCADE,
  connection_id  bigint NOT NULL,
  kind           text NOT NULL,
  record_id      text,
  code           text NOT NULL,
  reason         text NOT NULL,
  raw            jsonb,
  at             timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX rejected_record_by_run ON rejected_record (run_id, kind);

CREATE TABLE watermark (
  connection_id  bigint NOT NULL REFERENCES connection ON DELETE CASCADE,
  kind           text NOT NULL,
  scope          jsonb NOT NULL,
  reached        timestamptz,
  full_run_id    bigint NOT NULL,
  full_at        timestamptz NOT NULL,
  success_at     timestamptz NOT NULL,
  PRIMARY KEY (connection_id, kind)
);
COMMENT ON TABLE watermark IS 'Up to where a kind is known for certain, and in which scope; a delta starts from here.';

CREATE TABLE history (
  connection_id  bigint NOT NULL,
  kind           text NOT NULL,
  id             text NOT NULL,
  seq            bigint GENERATED ALWAYS AS IDENTITY,
  at             timestamptz NOT NULL DEFAULT now(),
  run_id         bigint,
  cause          text NOT NULL,
  event          text NOT NULL CHECK (event IN ('changed', 'deleted', 'restored')),
  field          text,
  before         text,
  after          text
);
CREATE INDEX history_by_object ON history (connection_id, kind, id, seq);
CREATE INDEX history_by_time ON history USING brin (at);

CREATE TABLE tombstone (
  connection_id  bigint NOT NULL REFERENCES connection ON DELETE CASCADE,
  kind           text NOT NULL,
  id             text NOT NULL,
  reason         text NOT NULL,
  run_id         bigint,
  deleted_at     timestamptz NOT NULL DEFAULT now(),
  stored_at      timestamptz NOT NULL,
  raw            jsonb NOT NULL,
  PRIMARY KEY (connection_id, kind, id)
);
CREATE INDEX tombstone_by_time ON tombstone (connection_id, deleted_at, id);
