-- case: red since the beginning
UPDATE run SET conclusion = 'failure';
-- want: acme/shop .github/workflows/deploy.yml | 2 of 2 runs of .github/workflows/deploy.yml failed since the last green one (there is none)

-- case: one red run is an accident
DELETE FROM run WHERE run_id = 11; UPDATE run SET conclusion = 'failure';
-- want: nothing

-- case: the workflow was deleted since
UPDATE run SET conclusion = 'failure'; UPDATE workflow SET state = 'deleted';
-- want: nothing

-- case: a cancelled run tells nothing
UPDATE run SET conclusion = 'cancelled';
-- want: nothing
