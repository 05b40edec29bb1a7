-- case: seven releases of config vars only, and no build
DELETE FROM release WHERE version = 3;
DELETE FROM build;
-- want: shop/production | none of the 2 releases of shop-prod put code in force, and no build was ever started

-- case: builds were tried and failed
DELETE FROM release WHERE version = 3;
UPDATE build SET status = 'failed';
-- want: shop/production | none of the 2 releases of shop-prod put code in force, and every build failed

-- case: the only release with code failed in its release phase
UPDATE release SET status = 'failed' WHERE version = 3;
-- want: shop/production | none of the 3 releases of shop-prod put code in force, although a build succeeded

-- case: a config change after a deploy makes the newest release one without meaning
INSERT INTO release VALUES ('shop-prod', 4, 'config', 'succeeded', 'Set A config vars', TRUE, 's3', NULL, NULL, :now - 60, 'ann', 'r4', 2, :now - 60, NULL);
-- want: nothing

-- case: a container app has no slug and is deployed all the same
UPDATE release SET slug_id = NULL, artifact_id = 'i1' WHERE version = 3;
-- want: nothing

-- case: an app younger than its grace
DELETE FROM release WHERE version = 3;
UPDATE app SET created_at = :now - 600, valid_from = :now - 600;
-- want: nothing

-- case: empty on purpose, until a date to come
DELETE FROM release WHERE version = 3;
UPDATE target SET expect = 'empty', expect_until = :now + 600;
-- want: nothing

-- case: empty on purpose, and the date has passed
DELETE FROM release WHERE version = 3;
UPDATE target SET expect = 'empty', expect_until = :now - 600;
-- want: shop/production | shop-prod was to be empty until a date that has passed, and still carries no code

-- case: the releases could not be read
DELETE FROM release;
UPDATE observation SET state = 'no_permission', reason = 'the token may not see shop-prod' WHERE source = 'heroku.releases';
-- want: unknown shop/production | heroku.releases: no permission (the token may not see shop-prod)
