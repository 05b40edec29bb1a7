-- A way from an event through a workflow's job to an app, read from the workflow file on the default branch.
-- key: repository, path, job, step, event, filter, app
-- history
CREATE TABLE deploy_path (
  repository  TEXT NOT NULL,     -- owner/name.
  path        TEXT NOT NULL,     -- The workflow's file.
  job         TEXT NOT NULL,     -- The job's id.
  step        INTEGER NOT NULL,  -- The step's place in the job, counting from 1.
  line        INTEGER NOT NULL,  -- The step's line in the file.
  event       TEXT NOT NULL,     -- push, workflow_dispatch...
  ref_kind    TEXT NOT NULL,     -- branch, tag or any: what the event's filter and the job's condition let through.
  filter      TEXT NOT NULL,     -- The patterns that a branch or tag must match, joined by blanks; empty: all.
  app         TEXT NOT NULL,     -- The app that it deploys to, or the expression that names it.
  app_known   BOOLEAN NOT NULL,  -- Is `app` a name and not an expression.
  tool        TEXT NOT NULL,     -- What deploys: akhileshns/heroku-deploy, git push, heroku container...
  environment TEXT NOT NULL,     -- The environment that the job names for this app; empty: none.
  dont_autocreate BOOLEAN,       -- heroku-deploy's dontautocreate; null: not that action.
  health_check BOOLEAN NOT NULL, -- Does anything after the deploy ask the app for an answer.
  evidence_id INTEGER NOT NULL,  -- The file as it was read.
  valid_from  INTEGER NOT NULL,  -- Since when.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX deploy_path_app ON deploy_path (app, valid_to);
CREATE INDEX deploy_path_repository ON deploy_path (repository, path, valid_to);
