-- A tag of a repository.
-- key: repository, tag
-- history
CREATE TABLE git_tag (
  repository  TEXT NOT NULL,     -- owner/name.
  tag         TEXT NOT NULL,     -- The tag's name.
  commit_id   TEXT NOT NULL,     -- The object that it points to.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when it was seen.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX git_tag_repository ON git_tag (repository, valid_to);
