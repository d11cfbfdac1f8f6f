-- Who may use Wizbridge, how they prove it, and what they did.

CREATE TABLE app_user (
  id              integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email           text NOT NULL UNIQUE CHECK (email = lower(email)),
  name            text NOT NULL,
  role            text NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  connection_ids  integer[],
  project_ids     text[],
  password_hash   text,
  sso_subject     text UNIQUE,
  disabled        boolean NOT NULL DEFAULT false,
  failures        integer NOT NULL DEFAULT 0,
  wait_until      timestamptz,
  created_at      timestamptz NOT NULL DEFAULT now(),
  signed_in_at    timestamptz
);
COMMENT ON COLUMN app_user.connection_ids IS 'The only connections they may see; null means all.';
COMMENT ON COLUMN app_user.project_ids IS 'The only Wiz projects whose objects they may see; null means all.';
COMMENT ON COLUMN app_user.sso_subject IS 'Issuer and subject at the identity provider, for those who sign in there.';
COMMENT ON COLUMN app_user.failures IS 'Wrong passwords in a row; each makes the next try wait longer.';

CREATE TABLE user_session (
  token_hash      text PRIMARY KEY,
  user_id         integer REFERENCES app_user ON DELETE CASCADE,
  role            text CHECK (role IN ('viewer', 'operator', 'admin')),
  address         text,
  agent           text,
  created_at      timestamptz NOT NULL DEFAULT now(),
  seen_at         timestamptz NOT NULL DEFAULT now(),
  expires_at      timestamptz NOT NULL,
  CHECK ((user_id IS NULL) <> (role IS NULL))
);
CREATE INDEX user_session_by_user ON user_session (user_id);
COMMENT ON COLUMN user_session.role IS 'For sessions of a one-time link that belongs to no user.';

CREATE TABLE api_key (
  id              integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name            text NOT NULL,
  prefix          text NOT NULL,
  key_hash        text NOT NULL UNIQUE,
  role            text NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  connection_ids  integer[],
  project_ids     text[],
  created_by      text NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  expires_at      timestamptz,
  used_at         timestamptz,
  revoked_at      timestamptz
);

CREATE TABLE one_time_link (
  token_hash      text PRIMARY KEY,
  purpose         text NOT NULL CHECK (purpose IN ('setup', 'sign-in', 'password')),
  role            text CHECK (role IN ('viewer', 'operator', 'admin')),
  user_id         integer REFERENCES app_user ON DELETE CASCADE,
  created_at      timestamptz NOT NULL DEFAULT now(),
  expires_at      timestamptz NOT NULL
);
COMMENT ON TABLE one_time_link IS 'Deleted by their first use.';

CREATE TABLE audit_entry (
  seq             bigint PRIMARY KEY CHECK (seq > 0),
  at              timestamptz(3) NOT NULL,
  actor           text NOT NULL,
  action          text NOT NULL,
  target          text,
  outcome         text NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
  address         text,
  details         jsonb NOT NULL,
  previous_hash   text NOT NULL,
  hash            text NOT NULL
);
CREATE INDEX audit_entry_by_action ON audit_entry (action, seq);
CREATE INDEX audit_entry_by_actor ON audit_entry (actor, seq);
COMMENT ON COLUMN audit_entry.hash IS 'SHA-256 of the hash before it and of this row, so that a change breaks the chain.';

CREATE TABLE audit_head (
  only_row        boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  seq             bigint NOT NULL,
  hash            text NOT NULL
);
INSERT INTO audit_head (seq, hash) VALUES (0, repeat('0', 64));
COMMENT ON TABLE audit_head IS 'The last entry: locked by each writer, so the chain is a line, and a cut-off end is noticed.';

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log can only grow';
END $$;
CREATE TRIGGER audit_entry_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
