-- Views of lists under names: filters, search, order and columns, as the address of a page holds them.

CREATE TABLE saved_view (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  owner           text NOT NULL,
  list            text NOT NULL,
  name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  search          text NOT NULL CHECK (length(search) <= 4000),
  is_shared       boolean NOT NULL DEFAULT false,
  is_default      boolean NOT NULL DEFAULT false,
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  UNIQUE (owner, list, name)
);
CREATE UNIQUE INDEX saved_view_one_default ON saved_view (owner, list) WHERE is_default;
CREATE INDEX saved_view_shared ON saved_view (list) WHERE is_shared;
COMMENT ON COLUMN saved_view.owner IS 'Who saved it, as the audit log names them.';
COMMENT ON COLUMN saved_view.is_default IS 'The list opens with it for its owner.';
