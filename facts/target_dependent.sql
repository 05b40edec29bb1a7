-- Something that fails when a target fails.
-- key: target, dependent
CREATE TABLE target_dependent (
  target    TEXT NOT NULL,  -- The target.
  dependent TEXT NOT NULL,  -- What depends on it, in the words of landfall.yaml.
  PRIMARY KEY (target, dependent)
);
