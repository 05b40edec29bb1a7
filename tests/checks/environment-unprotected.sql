-- case: created by its first use, without any rule
UPDATE environment SET reviewers = 0, branch_policy = 'all', policies = '';
-- want: acme/shop environment production | environment production has 0 of 1 declared reviewers, and lets every branch deploy

-- case: reviewers are there, branches are not restricted
UPDATE environment SET branch_policy = 'all', policies = '';
-- want: acme/shop environment production | environment production has 1 of 1 declared reviewers, and lets every branch deploy

-- case: more branches may deploy than are declared
UPDATE environment SET policies = 'main hotfix/*';
INSERT INTO environment_policy VALUES ('acme/shop', 'production', 'branch', 'hotfix/*', 11, :now - 800000, NULL);
-- want: acme/shop environment production | environment production has 1 of 1 declared reviewers, and lets main hotfix/* deploy

-- case: a tag may deploy, and only a branch of that name is declared
UPDATE environment SET policies = 'tag:main'; UPDATE environment_policy SET kind = 'tag';
-- want: acme/shop environment production | environment production has 1 of 1 declared reviewers, and lets tag:main deploy

-- case: a protected branch that is not declared
UPDATE environment SET branch_policy = 'protected', policies = '';
INSERT INTO protected_branch VALUES ('acme/shop', 'main', 11, :now - 800000, NULL), ('acme/shop', 'dev', 11, :now - 800000, NULL);
-- want: acme/shop environment production | environment production has 1 of 1 declared reviewers, and lets all protected branches deploy

-- case: the declared branch alone is protected
UPDATE environment SET branch_policy = 'protected', policies = '';
INSERT INTO protected_branch VALUES ('acme/shop', 'main', 11, :now - 800000, NULL);
-- want: nothing

-- case: fewer branches may deploy than are declared
UPDATE target SET gate_branches = 'main release';
-- want: nothing

-- case: no gate is declared
UPDATE environment SET reviewers = 0, branch_policy = 'all'; UPDATE target SET gate = NULL;
-- want: nothing
