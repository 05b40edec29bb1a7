-- case: an app that only collects config vars
DELETE FROM release WHERE version = 3;
INSERT INTO release VALUES ('shop-prod', 3, 'config', 'succeeded', 'Set A config vars', FALSE, NULL, NULL, NULL, :now - 7200, 'ann', 'r3', 2, :now - 7200, NULL);
-- want: shop-prod | 3 releases, v1 to v3, and none changed more than configuration: 2 by the platform, 0 for add-ons, 1 of config vars

-- case: a young app with only what the platform does
DELETE FROM release WHERE version = 3;
-- want: nothing

-- case: config changes after a deploy carry its slug
INSERT INTO release VALUES ('shop-prod', 4, 'config', 'succeeded', 'Set A config vars', TRUE, 's3', NULL, NULL, :now - 60, 'ann', 'r4', 2, :now - 60, NULL);
-- want: nothing
