CREATE TABLE "status_changes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deployment_id" uuid NOT NULL,
	"name" text,
	"color" text,
	"error" text,
	"notices" jsonb DEFAULT '[]' NOT NULL
);
--> statement-breakpoint
CREATE INDEX "status_changes__of_deployment" ON "status_changes" ("deployment_id","created_at","id");--> statement-breakpoint
CREATE INDEX "status_changes__created" ON "status_changes" ("created_at");--> statement-breakpoint
ALTER TABLE "status_changes" ADD CONSTRAINT "status_changes_deployment_id_deployments_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployments"("id") ON DELETE CASCADE;
--> statement-breakpoint
-- Rows that belong to a deployment (through deployment_id) are news to those who see it; once it is gone, to admins alone.
CREATE OR REPLACE FUNCTION platz_notify() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  rule text := TG_ARGV[0];
  before jsonb;
  after jsonb;
  latest jsonb;
  visible text := rule;
  envs_concerned uuid[] := '{}';
  person uuid;
BEGIN
  IF TG_OP <> 'INSERT' THEN before := to_jsonb(OLD); END IF;
  IF TG_OP <> 'DELETE' THEN after := to_jsonb(NEW); END IF;
  latest := coalesce(after, before);

  person := coalesce(latest->>'user_id', latest->>'bot_id');
  IF rule = 'itself' THEN
    visible := 'env';
    envs_concerned := ARRAY[(latest->>'id')::uuid];
  ELSIF rule IN ('env', 'cluster') THEN
    envs_concerned := ARRAY[(before->>'env_id')::uuid, (after->>'env_id')::uuid];
    visible := CASE WHEN rule = 'env' AND latest->>'env_id' IS NULL THEN 'everybody' ELSE 'env' END;
  ELSIF rule = 'on cluster' THEN
    visible := 'env';
    SELECT array_agg(c.env_id) INTO envs_concerned FROM k8s_clusters c
      WHERE c.id IN ((before->>'cluster_id')::uuid, (after->>'cluster_id')::uuid);
    IF TG_TABLE_NAME = 'deployment_tasks' THEN
      envs_concerned := envs_concerned || ARRAY(
        SELECT c.env_id FROM deployments d JOIN k8s_clusters c ON c.id = d.cluster_id
        WHERE d.id = (latest->>'deployment_id')::uuid);
    END IF;
  ELSIF rule = 'of deployment' THEN
    visible := 'env';
    SELECT array_agg(c.env_id) INTO envs_concerned FROM deployments d JOIN k8s_clusters c ON c.id = d.cluster_id
      WHERE d.id = (latest->>'deployment_id')::uuid;
  END IF;

  INSERT INTO row_events (table_name, operation, row_id, version, visibility, env_ids, user_id) VALUES (
    TG_TABLE_NAME, TG_OP, (latest->>'id')::uuid, (latest->>'version')::integer, visible,
    coalesce((SELECT array_agg(DISTINCT e) FROM unnest(envs_concerned) e WHERE e IS NOT NULL), '{}'), person);
  PERFORM pg_notify('platz_changes', json_build_object(
    'table', TG_TABLE_NAME, 'operation', TG_OP, 'id', latest->>'id')::text);
  RETURN NULL;
END
$$;
--> statement-breakpoint
-- Changes are only ever added; that old ones are forgotten is no news.
CREATE TRIGGER notify_changes AFTER INSERT ON status_changes
  FOR EACH ROW EXECUTE FUNCTION platz_notify('of deployment');
