-- case: a token lost its rights to the runs
UPDATE observation SET state = 'no_permission', reason = 'HTTP 403' WHERE source = 'github.runs';
-- want: acme/shop github.runs | github.runs of acme/shop: no permission (HTTP 403)

-- case: the whole of GitHub is off
UPDATE observation SET state = 'source_off', reason = 'GITHUB_TOKEN is not set' WHERE source LIKE 'github.%';
-- want: acme/shop github.commits | 12 sources from github.commits to github.workflows of acme/shop: source off (GITHUB_TOKEN is not set)

-- case: nobody asked in time
UPDATE asked SET fresh_until = :now - 5 WHERE source = 'probe.origin';
-- want: shop/production probe.origin | probe.origin of shop/production: stale (nobody asked again in time)

-- case: everything speaks
-- want: nothing
