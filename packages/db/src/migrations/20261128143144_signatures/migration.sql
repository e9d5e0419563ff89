CREATE TABLE "chart_signatures" (
	"domain_name" text,
	"repo_name" text,
	"image_digest" text,
	"signatures" jsonb NOT NULL,
	CONSTRAINT "chart_signatures_pkey" PRIMARY KEY("domain_name","repo_name","image_digest")
);
--> statement-breakpoint
ALTER TABLE "deployment_kinds" ADD COLUMN "signed_charts_only" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "helm_charts" ADD COLUMN "signature" jsonb;--> statement-breakpoint
ALTER TABLE "helm_registries" ADD COLUMN "signing_keys" jsonb DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE "upgrade_policies" ADD COLUMN "signed_only" boolean DEFAULT false NOT NULL;