-- case: healthy outside, no dyno inside
UPDATE dyno SET state = 'crashed';
-- want: shop/production outside | outside says healthy (https://shop-prod-1.herokuapp.com/health), Heroku says that no dyno runs

-- case: blank outside, code inside
UPDATE probe SET class = 'blank_app', verdict = 'failing', commit_id = NULL;
-- want: shop/production blank | outside says blank app (https://shop-prod-1.herokuapp.com/health), Heroku says that v3 carries code

-- case: the answer names another commit than the release
UPDATE probe SET commit_id = 'aaaaaaaa';
-- want: shop/production commit | outside answers with commit aaaaaaaa, Heroku says that bbbbbbbb is released

-- case: the edge fails before a healthy origin
INSERT INTO probe VALUES ('shop/production', 'edge', 'https://shop.example/health', 522, 'no_deployment_behind_edge', 'failing', 'HTTP 522', NULL, 14, :now - 60, NULL);
-- want: shop/production edge | the origin is healthy (HTTP 200), the edge is failing (HTTP 522)

-- case: a gate at the edge contradicts nobody
INSERT INTO probe VALUES ('shop/production', 'edge', 'https://shop.example/health', 302, 'gated', 'unknown', 'HTTP 302', NULL, 14, :now - 60, NULL);
-- want: nothing
