-- case: a blank app answers 502
UPDATE probe SET status = 502, class = 'blank_app', verdict = 'failing', detail = 'HTTP 502 blank app', commit_id = NULL;
DELETE FROM release WHERE version = 3; DELETE FROM dyno;
-- want: shop/production origin | HTTP 502 blank app at https://shop-prod-1.herokuapp.com/health

-- case: a blank app within its grace
UPDATE probe SET status = 502, class = 'blank_app', verdict = 'failing', detail = 'HTTP 502 blank app', commit_id = NULL;
DELETE FROM release WHERE version = 3; DELETE FROM dyno;
UPDATE target SET grace = 1000000000;
-- want: nothing

-- case: an app in maintenance mode that says so
UPDATE probe SET status = 503, class = 'maintenance', verdict = 'failing'; UPDATE app SET maintenance = TRUE;
-- want: nothing

-- case: an app that says maintenance and is not in it
UPDATE probe SET status = 503, class = 'maintenance', verdict = 'failing', detail = 'H80';
-- want: shop/production origin | H80 at https://shop-prod-1.herokuapp.com/health

-- case: an access gate is not down
UPDATE probe SET status = 302, class = 'gated', verdict = 'unknown', detail = 'HTTP 302 to a login', commit_id = NULL;
-- want: nothing

-- case: a target that is expected empty may answer as it likes
UPDATE probe SET status = 502, class = 'blank_app', verdict = 'failing'; UPDATE target SET expect = 'empty';
-- want: nothing

-- case: the prober could not ask
UPDATE observation SET state = 'failed', reason = 'dns' WHERE source = 'probe.origin'; DELETE FROM probe;
-- want: unknown shop/production | probe.origin: failed (dns)
