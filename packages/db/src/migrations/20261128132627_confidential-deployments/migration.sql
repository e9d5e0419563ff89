ALTER TABLE "deployments" ADD COLUMN "confidential" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
-- Whatever has ever been sealed, overridden or named may stand in a log or a reason that is kept.
UPDATE "deployments" d SET "confidential" = true
WHERE d."config"::text LIKE '%"$sealed"%'
  OR d."values_override" <> '{}'::jsonb
  OR EXISTS (
    SELECT 1 FROM "deployment_tasks" t WHERE t."deployment_id" = d."id"
      AND (t."operation"::text LIKE '%"$sealed"%' OR coalesce(t."operation" -> 'valuesOverride', '{}'::jsonb) <> '{}'::jsonb))
  OR EXISTS (
    SELECT 1 FROM "deployment_references" r WHERE r."deployment_id" = d."id" AND r."collection" <> 'deployments')
  OR EXISTS (
    SELECT 1 FROM "deployment_resources" r WHERE r."deployment_id" = d."id" AND r."props"::text LIKE '%"$sealed"%');
