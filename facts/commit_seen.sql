-- A commit on a branch that a target runs, if it touches the target's path.
-- key: repository, branch, path, commit_id
-- history
-- born: committed_at
CREATE TABLE commit_seen (
  repository   TEXT NOT NULL,     -- owner/name.
  branch       TEXT NOT NULL,     -- The branch that it was found on.
  path         TEXT NOT NULL,     -- The folder that was asked for; empty: all.
  commit_id    TEXT NOT NULL,     -- The commit.
  committed_at INTEGER NOT NULL,  -- When it was committed.
  author       TEXT NOT NULL,     -- Who wrote it.
  title        TEXT NOT NULL,     -- The first line of its message.
  evidence_id  INTEGER NOT NULL,  -- The answer that says so.
  valid_from   INTEGER NOT NULL,  -- Since when.
  valid_to     INTEGER            -- Until when; null: still.
);
CREATE INDEX commit_seen_branch ON commit_seen (repository, branch, path, committed_at);
CREATE INDEX commit_seen_commit ON commit_seen (repository, branch, commit_id, path);
