-- The workers on this database, so that one whose own network is at fault knows whether another can do the work. A crash
-- empties it, and within seconds those that live are in it again.

CREATE UNLOGGED TABLE worker (
  id uuid PRIMARY KEY,
  seen_at timestamptz NOT NULL DEFAULT now(),
  cannot_reach bigint[] NOT NULL DEFAULT '{}'
);
