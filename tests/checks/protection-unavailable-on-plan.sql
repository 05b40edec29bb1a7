-- case: reviewers were set while it was public, and it is private on Team now
UPDATE repository SET private = TRUE, visibility = 'private'; INSERT INTO account VALUES ('acme', 'team', 18, :now - 100, NULL);
-- want: acme/shop environment production | environment production of a private repository on the plan team stops nobody: required reviewers and wait timers are ignored

-- case: on Free there are no environments at all
UPDATE repository SET private = TRUE, visibility = 'private', repository = 'Acme/shop'; UPDATE target SET repository = 'Acme/shop', gate_reviewers = 0;
INSERT INTO account VALUES ('acme', 'free', 18, :now - 100, NULL); UPDATE observation SET subject = 'Acme/shop' WHERE subject = 'acme/shop';
UPDATE asked SET subject = 'Acme/shop' WHERE subject = 'acme/shop';
-- want: Acme/shop environment production | environment production of a private repository on the plan free gates nothing: such a repository has no environments

-- case: no gate is declared, and the environment that the job names has a wait timer
UPDATE repository SET private = TRUE, visibility = NULL; UPDATE target SET gate = NULL, gate_reviewers = 0, gate_branches = '';
UPDATE environment SET reviewers = 0, wait_timer = 30; INSERT INTO account VALUES ('acme', 'pro', 18, :now - 100, NULL);
-- want: acme/shop environment production | environment production of a private repository on the plan pro stops nobody: required reviewers and wait timers are ignored

-- case: branch policies hold on Team
UPDATE repository SET private = TRUE, visibility = 'private'; UPDATE target SET gate_reviewers = 0; UPDATE environment SET reviewers = 0;
INSERT INTO account VALUES ('acme', 'team', 18, :now - 100, NULL);
-- want: nothing

-- case: Enterprise holds them all
UPDATE repository SET private = TRUE, visibility = 'private'; INSERT INTO account VALUES ('acme', 'enterprise', 18, :now - 100, NULL);
-- want: nothing

-- case: internal repositories are Enterprise's
UPDATE repository SET private = TRUE, visibility = 'internal'; INSERT INTO account VALUES ('acme', 'free', 18, :now - 100, NULL);
-- want: nothing

-- case: public repositories have all rules on every plan
INSERT INTO account VALUES ('acme', 'free', 18, :now - 100, NULL);
-- want: nothing

-- case: a plan of a name that nobody knows is not guessed at
UPDATE repository SET private = TRUE, visibility = 'private'; INSERT INTO account VALUES ('acme', 'silver', 18, :now - 100, NULL);
-- want: nothing

-- case: the plan of another account that begins alike
UPDATE repository SET private = TRUE, visibility = 'private'; INSERT INTO account VALUES ('acm', 'free', 18, :now - 100, NULL);
-- want: nothing

-- case: the plan is not shown to the token
UPDATE repository SET private = TRUE, visibility = 'private';
UPDATE observation SET state = 'no_permission', reason = 'not shown' WHERE source = 'github.plan';
-- want: unknown shop/production | github.plan: no permission (not shown)
