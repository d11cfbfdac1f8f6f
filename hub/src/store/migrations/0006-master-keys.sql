-- Master keys that no longer seal: what is written under one after it was dropped could never be opened again.

CREATE TABLE retired_master_key (
  id             text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{12}$'),
  retired_at     timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE retired_master_key IS 'Fingerprints of master keys that were dropped; the keys themselves are never in the database.';

-- Asking again seals with the present key, so this is told like any other collision between two writers.
CREATE FUNCTION refuse_retired_master_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM retired_master_key WHERE id = split_part(to_jsonb(NEW) ->> TG_ARGV[0], '.', 2)) THEN
    RAISE EXCEPTION 'the secret was sealed with a master key that is no longer in use; try again' USING ERRCODE = '40001';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER connection_sealed_with_known_key BEFORE INSERT OR UPDATE OF client_secret ON connection
  FOR EACH ROW EXECUTE FUNCTION refuse_retired_master_key('client_secret');
