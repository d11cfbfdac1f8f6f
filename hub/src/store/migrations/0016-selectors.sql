-- Limits of single kinds of a plan, where they differ from those of the plan.

ALTER TABLE plan ADD COLUMN selectors jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN plan.selectors IS 'Limits by kind and name; an empty list lets everything of the kind through, an absent one leaves it to the plan.';
