-- case: a blank app has neither formation nor dynos
DELETE FROM release WHERE version = 3; DELETE FROM dyno; DELETE FROM formation;
-- want: shop/production web | 0 of 1 web dynos run: the formation is empty, nothing was ever deployed

-- case: scaled to zero after a deploy
UPDATE formation SET quantity = 0; UPDATE dyno SET valid_to = :now - 900;
-- want: shop/production web | 0 of 1 web dynos run: scaled to zero

-- case: crashed
UPDATE dyno SET state = 'crashed';
-- want: shop/production web | 0 of 1 web dynos run: crashed

-- case: a worker is declared and the code has none
INSERT INTO target_process VALUES ('shop/production', 'worker', 1);
-- want: shop/production worker | 0 of 1 worker dynos run: the code declares no process type of that name

-- case: an Eco dyno sleeps
UPDATE dyno SET state = 'idle';
-- want: nothing

-- case: maintenance is on
UPDATE app SET maintenance = TRUE; DELETE FROM dyno;
-- want: nothing

-- case: the list of dynos was asked for too long ago
DELETE FROM dyno; UPDATE asked SET fresh_until = :now - 1 WHERE source = 'heroku.dynos';
-- want: unknown shop/production | heroku.dynos: stale (nobody asked again in time)
