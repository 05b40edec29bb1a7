-- An entry of a deploy's journal: written before and after each step.
-- key: id
CREATE TABLE deploy_step (
  id          INTEGER PRIMARY KEY,  -- In order of writing.
  deploy_id   INTEGER NOT NULL,  -- The deploy.
  step        TEXT NOT NULL,     -- The step.
  outcome     TEXT NOT NULL,     -- started, done, failed or waiting.
  detail      TEXT NOT NULL,     -- What was seen or done, in a sentence.
  evidence_id INTEGER,           -- The answer that shows it.
  at          INTEGER NOT NULL   -- When.
);
CREATE INDEX deploy_step_deploy ON deploy_step (deploy_id, id);
