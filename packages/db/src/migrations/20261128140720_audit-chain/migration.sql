CREATE TABLE "audit_chain" (
	"position" bigint PRIMARY KEY,
	"kind" text NOT NULL,
	"entry_id" uuid,
	"content" text,
	"at" timestamp with time zone NOT NULL,
	"key_id" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "audit_chain__kind_known" CHECK ("kind" in ('entry', 'count', 'checkpoint'))
);
--> statement-breakpoint
ALTER TABLE "audit_log" ADD COLUMN "chain_position" bigint;--> statement-breakpoint
CREATE INDEX "audit_chain__entry" ON "audit_chain" ("entry_id");--> statement-breakpoint
CREATE INDEX "audit_chain__kind" ON "audit_chain" ("kind","position");--> statement-breakpoint
CREATE INDEX "audit_log__unchained" ON "audit_log" ("seq") WHERE "chain_position" is null;--> statement-breakpoint
ALTER TABLE "signing_keys" DROP CONSTRAINT "signing_keys__use", ADD CONSTRAINT "signing_keys__use" CHECK ("use" in ('access', 'outgoing', 'audit'));