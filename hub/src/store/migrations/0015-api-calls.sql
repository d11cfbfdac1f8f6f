-- Every call to Wiz, by how it ended.

CREATE TABLE api_call (
  connection_id  bigint NOT NULL REFERENCES connection ON DELETE CASCADE,
  what           text NOT NULL CHECK (what IN ('call', 'token')),
  outcome        text NOT NULL,
  n              bigint NOT NULL,
  PRIMARY KEY (connection_id, what, outcome)
);
COMMENT ON TABLE api_call IS 'How many calls each connection has made: questions, and requests for a token.';
COMMENT ON COLUMN api_call.outcome IS '"ok", or the code of the failure.';
