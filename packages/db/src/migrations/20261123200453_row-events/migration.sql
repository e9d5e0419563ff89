CREATE EXTENSION IF NOT EXISTS pg_trgm;
--> statement-breakpoint
-- What happened to a row: an entry in the outbox, in the transaction of the change, and a hint on one channel. The
-- trigger's argument says who may hear of it:
--   everybody | site admin | person (column user_id) | env (column env_id; without one: everybody) | itself (an env)
--   | cluster (env_id, of admins alone without one) | on cluster (through cluster_id)
-- Envs are all those concerned: of a row that moved, the old and the new one.
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

  IF rule = 'person' THEN
    person := latest->>'user_id';
  ELSIF rule = 'itself' THEN
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
DO $$
DECLARE
  entry text[];
BEGIN
  -- Table, rule, and the columns whose change is news; without any: all of them. A heartbeat, a renewed lease or the
  -- last use of a token wakes nobody.
  FOREACH entry SLICE 1 IN ARRAY ARRAY[
    ['users', 'everybody', ''],
    ['user_tokens', 'person', 'name, expires_at, read_only, env_ids'],
    ['sessions', 'person', 'expires_at'],
    ['bots', 'everybody', ''],
    ['bot_tokens', 'site admin', 'name, expires_at, read_only, env_ids'],
    ['envs', 'itself', ''],
    ['env_user_permissions', 'env', ''],
    ['deployment_permissions', 'env', ''],
    ['secrets', 'env', ''],
    ['deployment_resource_types', 'env', ''],
    ['deployment_resources', 'env',
      'version, deployment_id, env_id, name, "exists", props, sync_status, sync_reason'],
    ['k8s_clusters', 'cluster',
      'version, env_id, provider_id, name, region_name, is_ok, not_ok_reason, ignore, ingress_domain, '
      'ingress_class, ingress_tls_secret_name, grafana_url, grafana_datasource_name'],
    ['k8s_resources', 'on cluster', 'cluster_id, deployment_id, kind, api_version, name, status_color, metadata'],
    ['deployments', 'on cluster', ''],
    ['deployment_tasks', 'on cluster', 'status, reason, execute_at, cancel_requested_at, attempt'],
    ['deployment_kinds', 'everybody', ''],
    ['helm_registries', 'everybody', ''],
    ['helm_tag_formats', 'everybody', ''],
    ['helm_charts', 'everybody', '']
  ] LOOP
    EXECUTE format('DROP TRIGGER IF EXISTS notify_changes ON %I', entry[1]);
    EXECUTE format('CREATE TRIGGER notify_changes AFTER INSERT OR DELETE ON %I '
      'FOR EACH ROW EXECUTE FUNCTION platz_notify(%L)', entry[1], entry[2]);
    EXECUTE format('CREATE TRIGGER notify_updates AFTER UPDATE ON %I FOR EACH ROW WHEN (%s) '
      'EXECUTE FUNCTION platz_notify(%L)', entry[1],
      CASE WHEN entry[3] = '' THEN 'OLD.* IS DISTINCT FROM NEW.*' ELSE (
        SELECT format('(%s) IS DISTINCT FROM (%s)',
          string_agg('OLD.' || trim(c), ', '), string_agg('NEW.' || trim(c), ', '))
        FROM regexp_split_to_table(entry[3], ',') c) END,
      entry[2]);
  END LOOP;
END
$$;
