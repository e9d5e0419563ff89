ALTER TABLE "audit_log" ADD COLUMN "count" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "audit_log" ADD COLUMN "last_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "audit_log" ADD COLUMN "open_for" text;--> statement-breakpoint
ALTER TABLE "audit_log" ADD COLUMN "open_key" text;--> statement-breakpoint
CREATE UNIQUE INDEX "audit_log__open" ON "audit_log" ("open_for","open_key") WHERE "open_for" is not null;