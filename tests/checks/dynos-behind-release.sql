-- case: one of two dynos stayed on the old release
INSERT INTO dyno VALUES ('shop-prod', 'web.2', 'web', 'up', 'basic', 2, :now - 90000, :now - 90000, 4, :now - 90000, NULL);
-- want: shop/production | 1 of 2 dynos run v2, in force is v3

-- case: a one-off dyno of an older release is somebody's shell
INSERT INTO dyno VALUES ('shop-prod', 'run.1', 'run', 'up', 'basic', 2, :now - 90000, :now - 90000, 4, :now - 90000, NULL);
-- want: nothing

-- case: an old dyno that has crashed serves nobody
INSERT INTO dyno VALUES ('shop-prod', 'web.2', 'web', 'crashed', 'basic', 2, :now - 90000, :now - 90000, 4, :now - 90000, NULL);
-- want: nothing
