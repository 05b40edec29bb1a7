-- A branch with branch protection, of a repository in which an environment lets only such branches deploy.
-- key: repository, branch
-- history
CREATE TABLE protected_branch (
  repository  TEXT NOT NULL,     -- owner/name.
  branch      TEXT NOT NULL,     -- The branch's name.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when it was seen.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX protected_branch_repository ON protected_branch (repository, valid_to);
