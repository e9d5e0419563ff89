CREATE TABLE "resource_offers" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"env_id" uuid NOT NULL,
	"to_env_id" uuid NOT NULL,
	"type_id" uuid NOT NULL,
	"resource_id" uuid,
	"offered_by" text NOT NULL,
	CONSTRAINT "resource_offers__what_from_to" UNIQUE NULLS NOT DISTINCT("to_env_id","env_id","type_id","resource_id"),
	CONSTRAINT "resource_offers__to_another" CHECK ("env_id" <> "to_env_id")
);
--> statement-breakpoint
ALTER TABLE "deployment_resource_types" ADD COLUMN "proposed_spec" jsonb;--> statement-breakpoint
ALTER TABLE "deployment_resource_types" ADD COLUMN "proposed_from_env_id" uuid;--> statement-breakpoint
ALTER TABLE "secrets" ADD COLUMN "kind_ids" uuid[];--> statement-breakpoint
CREATE INDEX "resource_offers__of_env" ON "resource_offers" ("env_id","created_at","id");--> statement-breakpoint
ALTER TABLE "deployment_resource_types" ADD CONSTRAINT "deployment_resource_types_proposed_from_env_id_envs_id_fkey" FOREIGN KEY ("proposed_from_env_id") REFERENCES "envs"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "resource_offers" ADD CONSTRAINT "resource_offers_env_id_envs_id_fkey" FOREIGN KEY ("env_id") REFERENCES "envs"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "resource_offers" ADD CONSTRAINT "resource_offers_to_env_id_envs_id_fkey" FOREIGN KEY ("to_env_id") REFERENCES "envs"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "resource_offers" ADD CONSTRAINT "resource_offers_type_id_deployment_resource_types_id_fkey" FOREIGN KEY ("type_id") REFERENCES "deployment_resource_types"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "resource_offers" ADD CONSTRAINT "resource_offers_resource_id_deployment_resources_id_fkey" FOREIGN KEY ("resource_id") REFERENCES "deployment_resources"("id") ON DELETE CASCADE;
--> statement-breakpoint
-- Resources belong to the env of their deployment. Those of deployments that have moved follow them now, one by one: whose
-- name is taken there stays where it is.
DO $$
DECLARE
  resource record;
  there uuid;
BEGIN
  FOR resource IN
    SELECT r.id, r.type_id, c.env_id, t.env_id AS type_env_id, t.deployment_kind_id, t.key, t.spec
    FROM deployment_resources r
    JOIN deployments d ON d.id = r.deployment_id
    JOIN k8s_clusters c ON c.id = d.cluster_id
    JOIN deployment_resource_types t ON t.id = r.type_id
    WHERE c.env_id IS NOT NULL AND r.env_id IS DISTINCT FROM c.env_id
  LOOP
    there := resource.type_id;
    IF resource.type_env_id IS NOT NULL AND resource.type_env_id <> resource.env_id THEN
      INSERT INTO deployment_resource_types (env_id, deployment_kind_id, key, spec)
        VALUES (resource.env_id, resource.deployment_kind_id, resource.key, resource.spec) ON CONFLICT DO NOTHING;
      SELECT t.id INTO there FROM deployment_resource_types t
        WHERE t.env_id = resource.env_id AND t.deployment_kind_id = resource.deployment_kind_id AND t.key = resource.key;
    END IF;
    BEGIN
      UPDATE deployment_resources SET env_id = resource.env_id, type_id = there WHERE id = resource.id;
    EXCEPTION WHEN unique_violation THEN
      NULL;
    END;
  END LOOP;
END
$$;
--> statement-breakpoint
-- What deployments use of other envs today is an offer from now on, which an admin of the owning env may withdraw.
INSERT INTO resource_offers (env_id, to_env_id, type_id, resource_id, offered_by)
  SELECT DISTINCT r.env_id, c.env_id, r.type_id, r.id, 'Platz (it was used already)'
  FROM deployment_references f
  JOIN deployments d ON d.id = f.deployment_id
  JOIN k8s_clusters c ON c.id = d.cluster_id
  JOIN deployment_resources r ON r.id = f.item_id
  WHERE r."exists" AND r.env_id <> c.env_id
  ON CONFLICT DO NOTHING;
--> statement-breakpoint
CREATE TRIGGER notify_changes AFTER INSERT OR UPDATE OR DELETE ON resource_offers
  FOR EACH ROW EXECUTE FUNCTION platz_notify('env');
