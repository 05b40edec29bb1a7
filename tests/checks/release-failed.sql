-- case: the release phase of the newest release failed
INSERT INTO release VALUES ('shop-prod', 4, 'deploy', 'failed', 'Deploy cccccccc', TRUE, 's4', NULL, 'cccccccccccccccc', :now - 60, 'ann', 'r4', 2, :now - 60, NULL);
-- want: shop/production | v4 (Deploy cccccccc) failed: what ran before still runs

-- case: an older one failed, and the next succeeded
UPDATE release SET status = 'failed' WHERE version = 2;
-- want: nothing

-- case: the newest is still running its release phase
INSERT INTO release VALUES ('shop-prod', 4, 'deploy', 'pending', 'Deploy cccccccc', TRUE, 's4', NULL, 'cccccccccccccccc', :now - 60, 'ann', 'r4', 2, :now - 60, NULL);
-- want: nothing
