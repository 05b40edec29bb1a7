-- A deploy that landfall was asked for.
-- key: id
CREATE TABLE deploy (
  id          INTEGER PRIMARY KEY,  -- Its number.
  target      TEXT NOT NULL,     -- The target.
  app         TEXT NOT NULL,     -- The app.
  repository  TEXT NOT NULL,     -- owner/name.
  ref         TEXT NOT NULL,     -- What was asked for.
  commit_id   TEXT,              -- The commit that the ref named then.
  requester   TEXT NOT NULL,     -- Who asked.
  state       TEXT NOT NULL,     -- The step that it is in, or verified, rolled_back, refused, failed, held.
  first       BOOLEAN,           -- Is it the app's first deploy of code.
  plan_hash   TEXT,              -- What approvals bind to.
  token       TEXT NOT NULL,     -- Marks its build on the platform, so that a restart finds it.
  build_id    TEXT,              -- The platform's id of the build.
  release     INTEGER,           -- The release that came of it.
  before_release INTEGER,        -- The release in force before.
  reason      TEXT NOT NULL,     -- Why it ended as it did; empty while it goes on.
  created_at  INTEGER NOT NULL,  -- When it was asked for.
  ended_at    INTEGER            -- When it ended; null: it goes on.
);
CREATE INDEX deploy_target ON deploy (target, id);
