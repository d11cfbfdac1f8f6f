-- As whom a kind was read in whole: under fewer scopes, what is missing may only be hidden.

ALTER TABLE watermark ADD COLUMN client_id text, ADD COLUMN scopes text[];
COMMENT ON COLUMN watermark.client_id IS 'The service account that read it in whole; null after a person has approved what another one no longer showed.';
COMMENT ON COLUMN watermark.scopes IS 'The OAuth scopes it held then; null where its tokens do not tell.';
