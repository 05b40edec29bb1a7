-- case: created by its first use, without any rule
UPDATE environment SET reviewers = 0, branch_policy = 'all', policies = '';
-- want: acme/shop environment production | environment production has 0 of 1 declared reviewers, and lets every branch deploy

-- case: reviewers are there, branches are not restricted
UPDATE environment SET branch_policy = 'all', policies = '';
-- want: acme/shop environment production | environment production has 1 of 1 declared reviewers, and lets every branch deploy

-- case: no gate is declared
UPDATE environment SET reviewers = 0, branch_policy = 'all'; UPDATE target SET gate = NULL;
-- want: nothing
