CREATE TABLE "kind_grants" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"kind_id" uuid NOT NULL,
	"cluster_ids" uuid[],
	"preset" text,
	"cluster_role" text,
	"pod_security_enforce" text NOT NULL,
	"pod_security_warn" text,
	"granted_by" text NOT NULL,
	"reason" text NOT NULL,
	CONSTRAINT "kind_grants__preset_or_role" CHECK (num_nonnulls("preset", "cluster_role") = 1),
	CONSTRAINT "kind_grants__preset" CHECK ("preset" in ('nothing', 'crds', 'everything')),
	CONSTRAINT "kind_grants__enforce" CHECK ("pod_security_enforce" in ('privileged', 'baseline', 'restricted')),
	CONSTRAINT "kind_grants__warn" CHECK ("pod_security_warn" in ('privileged', 'baseline', 'restricted'))
);
--> statement-breakpoint
CREATE INDEX "kind_grants__of_kind" ON "kind_grants" ("kind_id","created_at","id");--> statement-breakpoint
ALTER TABLE "kind_grants" ADD CONSTRAINT "kind_grants_kind_id_deployment_kinds_id_fkey" FOREIGN KEY ("kind_id") REFERENCES "deployment_kinds"("id") ON DELETE CASCADE;
--> statement-breakpoint
-- Kinds from before there were grants keep what they could do.
INSERT INTO kind_grants (kind_id, preset, pod_security_enforce, pod_security_warn, granted_by, reason)
  SELECT id, 'everything', 'privileged', 'baseline', 'Platz', 'This kind was there before grants were, and keeps what it could do.'
  FROM deployment_kinds;
--> statement-breakpoint
CREATE TRIGGER notify_changes AFTER INSERT OR UPDATE OR DELETE ON kind_grants
  FOR EACH ROW EXECUTE FUNCTION platz_notify('everybody');
