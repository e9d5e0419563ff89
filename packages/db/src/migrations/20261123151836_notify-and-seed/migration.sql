-- One notification per changed row, on one channel, carrying ids only: whoever listens reads the row back under the
-- rights of whom it serves. A notification is a hint; nothing depends on its arrival.
CREATE FUNCTION platz_notify() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed record;
BEGIN
  IF TG_OP = 'DELETE' THEN changed := OLD; ELSE changed := NEW; END IF;
  PERFORM pg_notify('platz_changes', json_build_object(
    'table', TG_TABLE_NAME, 'operation', TG_OP, 'id', changed.id)::text);
  RETURN NULL;
END
$$;
--> statement-breakpoint
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY[
    'users', 'bots', 'envs', 'env_user_permissions', 'k8s_clusters', 'k8s_resources', 'deployment_kinds',
    'helm_registries', 'helm_tag_formats', 'helm_charts', 'deployments', 'deployment_tasks',
    'deployment_permissions', 'deployment_resource_types', 'secrets'
  ] LOOP
    EXECUTE format('CREATE TRIGGER notify_changes AFTER INSERT OR UPDATE OR DELETE ON %I '
      'FOR EACH ROW EXECUTE FUNCTION platz_notify()', name);
  END LOOP;
END
$$;
--> statement-breakpoint
-- Renewing a lease is no news: without this, each heartbeat would wake every listener.
DROP TRIGGER notify_changes ON k8s_clusters;
--> statement-breakpoint
CREATE TRIGGER notify_changes AFTER INSERT OR DELETE OR UPDATE OF
  env_id, provider_id, name, region_name, is_ok, not_ok_reason, ignore, ingress_domain, ingress_class,
  ingress_tls_secret_name, grafana_url, grafana_datasource_name
  ON k8s_clusters FOR EACH ROW EXECUTE FUNCTION platz_notify();
--> statement-breakpoint
DROP TRIGGER notify_changes ON deployment_tasks;
--> statement-breakpoint
CREATE TRIGGER notify_changes AFTER INSERT OR DELETE OR UPDATE OF
  status, reason, execute_at, cancel_requested_at ON deployment_tasks FOR EACH ROW EXECUTE FUNCTION platz_notify();
--> statement-breakpoint
INSERT INTO envs (name) VALUES ('Default');
--> statement-breakpoint
INSERT INTO helm_tag_formats (pattern, created_at) VALUES
  ('^(chart-)?v?(?P<version>\d+\.\d+\.\d+)((-(?P<revision>\d+))?(-g(?P<commit>[0-9a-zA-Z]+))?-(?P<branch>[-\w]+))?$', now()),
  ('^(chart-)?v?(?P<version>\d+\.\d+\.\d+)-(?P<branch>[-_A-Za-z0-9]+)\.(?P<revision>\d+)$', now() - interval '1 second');
