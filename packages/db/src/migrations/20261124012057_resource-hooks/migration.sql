ALTER TABLE "deployment_resources" ADD COLUMN "sync_change" text;--> statement-breakpoint
ALTER TABLE "deployment_resources" ADD COLUMN "sync_claim" uuid;--> statement-breakpoint
ALTER TABLE "deployment_resources" ADD COLUMN "sync_claim_expires_at" timestamp with time zone;--> statement-breakpoint
DROP INDEX "deployment_resources__to_sync";--> statement-breakpoint
CREATE INDEX "deployment_resources__to_sync" ON "deployment_resources" ("next_sync_at") WHERE "sync_change" is not null;--> statement-breakpoint
ALTER TABLE "deployment_resources" ADD CONSTRAINT "deployment_resources__sync_change" CHECK ("sync_change" in ('create', 'update', 'delete'));--> statement-breakpoint
UPDATE "deployment_resources" SET
  "sync_change" = CASE "sync_status" WHEN 'Creating' THEN 'create' WHEN 'Deleting' THEN 'delete' ELSE 'update' END
WHERE "exists" AND "sync_status" <> 'Ready';--> statement-breakpoint
UPDATE "deployment_resources" SET "next_sync_at" = NULL WHERE "sync_status" = 'Ready';
