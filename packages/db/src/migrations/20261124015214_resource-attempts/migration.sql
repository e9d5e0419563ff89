-- When a change of a resource is tried again is news to whoever looks at it, also when the reason stays the same.
DROP TRIGGER notify_updates ON deployment_resources;
--> statement-breakpoint
CREATE TRIGGER notify_updates AFTER UPDATE ON deployment_resources FOR EACH ROW WHEN (
  (OLD.version, OLD.deployment_id, OLD.env_id, OLD.name, OLD."exists", OLD.props, OLD.sync_status, OLD.sync_reason,
    OLD.next_sync_at)
  IS DISTINCT FROM
  (NEW.version, NEW.deployment_id, NEW.env_id, NEW.name, NEW."exists", NEW.props, NEW.sync_status, NEW.sync_reason,
    NEW.next_sync_at)
) EXECUTE FUNCTION platz_notify('env');
