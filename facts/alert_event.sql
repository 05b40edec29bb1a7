-- What happened to an alert.
-- key: id
CREATE TABLE alert_event (
  id       INTEGER PRIMARY KEY,  -- Its number.
  alert_id INTEGER NOT NULL,     -- The alert.
  at       INTEGER NOT NULL,     -- When.
  what     TEXT NOT NULL,        -- pending, firing, cleared, returned, resolved, gone, worse, held, released, told, escalated, acknowledged.
  text     TEXT NOT NULL         -- In words.
);
CREATE INDEX alert_event_alert ON alert_event (alert_id, id);
