-- A workflow that GitHub Actions has registered.
-- key: repository, path
-- history
-- born: created_at
CREATE TABLE workflow (
  repository  TEXT NOT NULL,     -- owner/name.
  path        TEXT NOT NULL,     -- .github/workflows/deploy.yml
  id          INTEGER NOT NULL,  -- GitHub's id.
  name        TEXT NOT NULL,     -- Its display name.
  state       TEXT NOT NULL,     -- active, deleted, disabled_fork, disabled_inactivity or disabled_manually.
  created_at  INTEGER NOT NULL,  -- When GitHub first saw it.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX workflow_repository ON workflow (repository, path, valid_to);
