ALTER TABLE "deployments" ADD COLUMN "host_label" text;--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "host_shared" boolean DEFAULT false NOT NULL;--> statement-breakpoint
-- Nothing that anybody did: clients need not read every deployment anew.
ALTER TABLE "deployments" DISABLE TRIGGER notify_updates;--> statement-breakpoint
-- The hosts as they were made until now: of the chart's features by the newest form of that file, else of the namespace.
UPDATE "deployments" d SET "host_label" = lower(CASE
  WHEN d."name" <> '' AND h."features"->>'apiVersion' = 'platz.io/v1beta2'
    AND h."features" #>> '{spec,ingress,hostname_format}' = 'Name' THEN d."name"
  ELSE d."namespace" END)
FROM "helm_charts" h WHERE h."id" = d."helm_chart_id";--> statement-breakpoint
-- Of those that have one host already, the oldest holds it.
UPDATE "deployments" d SET "host_shared" = true FROM (
  SELECT "id", row_number() OVER (PARTITION BY "cluster_id", "host_label" ORDER BY "created_at", "id") AS place
  FROM "deployments") p
WHERE p."id" = d."id" AND p.place > 1;--> statement-breakpoint
ALTER TABLE "deployments" ENABLE TRIGGER notify_updates;--> statement-breakpoint
INSERT INTO "audit_log" ("actor_label", "action", "outcome", "entity", "entity_id", "entity_label", "env_id", "reason")
SELECT 'Platz', 'hosts.markShared', 'Done', 'deployments', d."id", trim(k."name" || ' ' || d."name"), c."env_id",
  'Another deployment of the cluster has the host ' || d."host_label" || coalesce('.' || c."ingress_domain", '')
    || ' since before hosts were taken once: rename one of the two.'
FROM "deployments" d JOIN "deployment_kinds" k ON k."id" = d."kind_id" JOIN "k8s_clusters" c ON c."id" = d."cluster_id"
WHERE d."host_shared";--> statement-breakpoint
ALTER TABLE "deployments" ALTER COLUMN "host_label" SET NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "deployments__cluster_host" ON "deployments" ("cluster_id","host_label") WHERE not "host_shared";--> statement-breakpoint
CREATE INDEX "deployments__host_shared" ON "deployments" ("created_at","id") WHERE "host_shared";
--> statement-breakpoint
-- Processes of the version before go on working until they are replaced: they know no hosts.
CREATE FUNCTION platz_host_label() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.host_label := coalesce(NEW.host_label, lower(NEW.namespace));
  RETURN NEW;
END
$$;--> statement-breakpoint
CREATE TRIGGER host_label BEFORE INSERT ON "deployments" FOR EACH ROW EXECUTE FUNCTION platz_host_label();
