-- A user or an organisation that owns repositories, and what it pays GitHub for.
-- key: login
-- history
CREATE TABLE account (
  login       TEXT NOT NULL,     -- Its login.
  plan        TEXT NOT NULL,     -- free, pro, team, enterprise... as GitHub names it; enterprise on a server of one's own.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when it was seen.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX account_login ON account (login, valid_to);
