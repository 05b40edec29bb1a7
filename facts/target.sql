-- A service in an environment, as landfall.yaml declares it.
-- key: target
CREATE TABLE target (
  target       TEXT PRIMARY KEY,  -- service/environment, the subject of verdicts.
  service      TEXT NOT NULL,     -- The service's name.
  environment  TEXT NOT NULL,     -- The environment's name.
  provider     TEXT NOT NULL,     -- The platform, heroku.
  app          TEXT NOT NULL,     -- The app's name on the platform.
  repository   TEXT NOT NULL,     -- owner/name on GitHub.
  branch       TEXT NOT NULL,     -- The branch that it should run.
  path         TEXT NOT NULL,     -- The folder that it runs; empty: all of the repository.
  edge         TEXT,              -- The URL by which users reach it, if it is not the app's own.
  health_path  TEXT NOT NULL,     -- The path that proves health.
  expect       TEXT NOT NULL,     -- deployed or empty.
  expect_until INTEGER,           -- Until when it is expected empty.
  launch_at    INTEGER,           -- Before it nobody outside uses the target.
  grace        INTEGER NOT NULL,  -- For so many seconds after its creation an app may be undeployed.
  behind       INTEGER NOT NULL,  -- The running commit may be older than the branch by so many seconds.
  owner        TEXT NOT NULL,     -- Who answers for it.
  gate         TEXT,              -- The GitHub environment that its workflows must pass.
  gate_reviewers INTEGER NOT NULL,  -- How many reviewers landfall.yaml declares for that environment.
  gate_branches TEXT NOT NULL,    -- The branch policies declared for it, joined by blanks.
  workflow     TEXT,              -- The one workflow file that may deploy it.
  driver       TEXT NOT NULL,     -- How landfall deploy deploys it.
  declared_at  TEXT NOT NULL      -- File and line of the declaration.
);
CREATE INDEX target_app ON target (app);
CREATE INDEX target_repository ON target (repository);
