-- A run keeps the name of the plan it followed: a plan can be deleted, what it did is history. And a run is queued until
-- somebody works on it.

ALTER TABLE run ADD COLUMN plan text;
UPDATE run SET plan = plan.name FROM plan WHERE plan.id = run.plan_id;
ALTER TABLE run ALTER COLUMN status SET DEFAULT 'queued';
