-- A reviewer's answer to a deploy.
-- key: deploy_id, reviewer
CREATE TABLE approval (
  deploy_id   INTEGER NOT NULL,  -- The deploy.
  reviewer    TEXT NOT NULL,     -- Who answered.
  answer      TEXT NOT NULL,     -- approved or rejected.
  comment     TEXT NOT NULL,     -- In the reviewer's words.
  plan_hash   TEXT NOT NULL,     -- The plan that was read: commit, target and gates.
  at          INTEGER NOT NULL,  -- When.
  PRIMARY KEY (deploy_id, reviewer)
);
