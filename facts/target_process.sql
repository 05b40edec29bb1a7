-- A process type of a target and how many dynos of it must run.
-- key: target, type
CREATE TABLE target_process (
  target  TEXT NOT NULL,     -- The target.
  type    TEXT NOT NULL,     -- The process type, such as web.
  minimum INTEGER NOT NULL,  -- At least so many dynos must be up.
  PRIMARY KEY (target, type)
);
