CREATE TABLE "upgrade_policies" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deployment_id" uuid NOT NULL CONSTRAINT "upgrade_policies__deployment" UNIQUE,
	"branch" text,
	"tag_format_id" uuid,
	"window" jsonb,
	"allowed_by_user_id" uuid,
	"allowed_by_bot_id" uuid,
	"allowed_by" text NOT NULL,
	"allowed_at" timestamp with time zone NOT NULL,
	"next_chart_id" uuid,
	"reason" text,
	"last_chart_id" uuid,
	"last_upgrade_at" timestamp with time zone,
	CONSTRAINT "upgrade_policies__follows_something" CHECK (num_nonnulls("branch", "tag_format_id") > 0),
	CONSTRAINT "upgrade_policies__one_allows_at_most" CHECK (num_nonnulls("allowed_by_user_id", "allowed_by_bot_id") <= 1)
);
--> statement-breakpoint
CREATE INDEX "upgrade_policies_tag_format_id_index" ON "upgrade_policies" ("tag_format_id");--> statement-breakpoint
ALTER TABLE "upgrade_policies" ADD CONSTRAINT "upgrade_policies_deployment_id_deployments_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployments"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "upgrade_policies" ADD CONSTRAINT "upgrade_policies_tag_format_id_helm_tag_formats_id_fkey" FOREIGN KEY ("tag_format_id") REFERENCES "helm_tag_formats"("id") ON DELETE RESTRICT;--> statement-breakpoint
ALTER TABLE "upgrade_policies" ADD CONSTRAINT "upgrade_policies_allowed_by_user_id_users_id_fkey" FOREIGN KEY ("allowed_by_user_id") REFERENCES "users"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "upgrade_policies" ADD CONSTRAINT "upgrade_policies_allowed_by_bot_id_bots_id_fkey" FOREIGN KEY ("allowed_by_bot_id") REFERENCES "bots"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "upgrade_policies" ADD CONSTRAINT "upgrade_policies_next_chart_id_helm_charts_id_fkey" FOREIGN KEY ("next_chart_id") REFERENCES "helm_charts"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "upgrade_policies" ADD CONSTRAINT "upgrade_policies_last_chart_id_helm_charts_id_fkey" FOREIGN KEY ("last_chart_id") REFERENCES "helm_charts"("id") ON DELETE SET NULL;
--> statement-breakpoint
CREATE TRIGGER notify_changes AFTER INSERT OR UPDATE OR DELETE ON upgrade_policies
  FOR EACH ROW EXECUTE FUNCTION platz_notify('of deployment');
