-- An environment of a repository: a gate that jobs may name.
-- key: repository, environment
-- history
CREATE TABLE environment (
  repository  TEXT NOT NULL,     -- owner/name.
  environment TEXT NOT NULL,     -- Its name; GitHub compares it without regard to case.
  created_at  INTEGER NOT NULL,  -- When it was created.
  reviewers   INTEGER NOT NULL,  -- How many required reviewers it has.
  reviewer_names TEXT NOT NULL,  -- Their logins, joined by blanks.
  wait_timer  INTEGER NOT NULL,  -- Minutes that a job waits.
  prevent_self_review BOOLEAN NOT NULL,  -- May the one who started the run not approve it.
  branch_policy TEXT NOT NULL,   -- all, protected or custom.
  policies    TEXT NOT NULL,     -- Names of the custom deployment branch policies, joined by blanks.
  admins_bypass BOOLEAN NOT NULL,  -- May administrators pass the rules.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX environment_repository ON environment (repository, environment, valid_to);
