-- A branch of a repository and its newest commit.
-- key: repository, branch
-- history
CREATE TABLE branch (
  repository  TEXT NOT NULL,     -- owner/name.
  branch      TEXT NOT NULL,     -- The branch's name.
  commit_id   TEXT NOT NULL,     -- Its newest commit.
  protected   BOOLEAN NOT NULL,  -- Has it branch protection.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX branch_repository ON branch (repository, branch, valid_to);
