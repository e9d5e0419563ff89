ALTER TABLE "deployment_kinds" ADD COLUMN "legacy_token_rights" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
-- Kinds from before charts declared what they need keep what their tokens could do, until a site admin narrows them.
UPDATE deployment_kinds SET legacy_token_rights = true;
