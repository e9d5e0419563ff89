CREATE SEQUENCE "public"."row_event_position" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "audit_log_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor_kind" text,
	"actor_id" uuid,
	"actor_label" text NOT NULL,
	"action" text NOT NULL,
	"outcome" text NOT NULL,
	"entity" text,
	"entity_id" uuid,
	"entity_label" text,
	"env_id" uuid,
	"version" integer,
	"changes" jsonb,
	"reason" text,
	"request_id" text,
	"address" text,
	CONSTRAINT "audit_log__outcome" CHECK ("outcome" in ('Done', 'Denied'))
);
--> statement-breakpoint
CREATE TABLE "bot_tokens" (
	"id" uuid PRIMARY KEY,
	"bot_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by_user_id" uuid,
	"name" text NOT NULL,
	"secret_hash" text NOT NULL,
	"expires_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	"read_only" boolean DEFAULT false NOT NULL,
	"env_ids" uuid[]
);
--> statement-breakpoint
CREATE TABLE "deployment_resources" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"type_id" uuid NOT NULL,
	"deployment_id" uuid,
	"env_id" uuid,
	"name" text NOT NULL,
	"exists" boolean DEFAULT true NOT NULL,
	"props" jsonb DEFAULT '{}' NOT NULL,
	"sync_status" text DEFAULT 'Creating' NOT NULL,
	"sync_reason" text,
	"sync_attempt" integer DEFAULT 0 NOT NULL,
	"next_sync_at" timestamp with time zone,
	CONSTRAINT "deployment_resources__name" CHECK (length("name") > 0),
	CONSTRAINT "deployment_resources__sync_status" CHECK ("sync_status" in ('Creating', 'Updating', 'Deleting', 'Ready', 'Error'))
);
--> statement-breakpoint
CREATE TABLE "rate_limits" (
	"key" text PRIMARY KEY,
	"count" integer NOT NULL,
	"window_ends_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "row_events" (
	"seq" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "row_events_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"position" bigint,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"table_name" text NOT NULL,
	"operation" text NOT NULL,
	"row_id" uuid NOT NULL,
	"version" integer,
	"visibility" text NOT NULL,
	"env_ids" uuid[] DEFAULT '{}'::uuid[] NOT NULL,
	"user_id" uuid,
	CONSTRAINT "row_events__visibility" CHECK ("visibility" in ('everybody', 'env', 'person', 'site admin'))
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"secret_hash" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	"address" text,
	"user_agent" text,
	CONSTRAINT "sessions__kind" CHECK ("kind" in ('browser', 'program'))
);
--> statement-breakpoint
CREATE TABLE "signing_keys" (
	"id" text PRIMARY KEY,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"use" text NOT NULL,
	"algorithm" text NOT NULL,
	"sealed_key" text NOT NULL,
	"public_jwk" jsonb,
	"retired_at" timestamp with time zone,
	"expires_at" timestamp with time zone,
	CONSTRAINT "signing_keys__use" CHECK ("use" in ('access', 'outgoing'))
);
--> statement-breakpoint
ALTER TABLE "bots" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "deployment_kinds" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "deployment_permissions" ADD COLUMN "bot_id" uuid;--> statement-breakpoint
ALTER TABLE "deployment_tasks" ADD COLUMN "trace_parent" text;--> statement-breakpoint
ALTER TABLE "env_user_permissions" ADD COLUMN "bot_id" uuid;--> statement-breakpoint
ALTER TABLE "helm_registries" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "k8s_clusters" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "secrets" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "user_tokens" ADD COLUMN "read_only" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "user_tokens" ADD COLUMN "env_ids" uuid[];--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "deployment_permissions" ALTER COLUMN "user_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "env_user_permissions" ALTER COLUMN "user_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "deployment_permissions" DROP CONSTRAINT "deployment_permissions__env_user_kind";--> statement-breakpoint
ALTER TABLE "deployment_permissions" ADD CONSTRAINT "deployment_permissions__env_user_kind" UNIQUE NULLS NOT DISTINCT("env_id","user_id","bot_id","kind_id");--> statement-breakpoint
ALTER TABLE "env_user_permissions" DROP CONSTRAINT "env_user_permissions__env_user";--> statement-breakpoint
ALTER TABLE "env_user_permissions" ADD CONSTRAINT "env_user_permissions__env_user" UNIQUE NULLS NOT DISTINCT("env_id","user_id","bot_id");--> statement-breakpoint
CREATE INDEX "audit_log__newest" ON "audit_log" ("seq" DESC);--> statement-breakpoint
CREATE INDEX "audit_log__env" ON "audit_log" ("env_id","seq" DESC);--> statement-breakpoint
CREATE INDEX "audit_log__entity" ON "audit_log" ("entity_id","seq" DESC);--> statement-breakpoint
CREATE INDEX "audit_log__actor" ON "audit_log" ("actor_id","seq" DESC);--> statement-breakpoint
CREATE INDEX "audit_log__created" ON "audit_log" ("created_at");--> statement-breakpoint
CREATE INDEX "bot_tokens_bot_id_index" ON "bot_tokens" ("bot_id");--> statement-breakpoint
CREATE INDEX "bot_tokens_created_by_user_id_index" ON "bot_tokens" ("created_by_user_id");--> statement-breakpoint
CREATE INDEX "deployment_permissions_bot_id_index" ON "deployment_permissions" ("bot_id");--> statement-breakpoint
CREATE INDEX "deployment_permissions_kind_id_index" ON "deployment_permissions" ("kind_id");--> statement-breakpoint
CREATE UNIQUE INDEX "deployment_resources__type_name" ON "deployment_resources" ("type_id","name") WHERE "exists";--> statement-breakpoint
CREATE INDEX "deployment_resources_deployment_id_index" ON "deployment_resources" ("deployment_id");--> statement-breakpoint
CREATE INDEX "deployment_resources_env_id_index" ON "deployment_resources" ("env_id");--> statement-breakpoint
CREATE INDEX "deployment_resources__to_sync" ON "deployment_resources" ("next_sync_at") WHERE "sync_status" <> 'Ready';--> statement-breakpoint
CREATE INDEX "env_user_permissions_bot_id_index" ON "env_user_permissions" ("bot_id");--> statement-breakpoint
CREATE INDEX "rate_limits_window_ends_at_index" ON "rate_limits" ("window_ends_at");--> statement-breakpoint
CREATE UNIQUE INDEX "row_events__position" ON "row_events" ("position");--> statement-breakpoint
CREATE INDEX "row_events__unplaced" ON "row_events" ("seq") WHERE "position" is null;--> statement-breakpoint
CREATE INDEX "row_events__created" ON "row_events" ("created_at");--> statement-breakpoint
CREATE INDEX "sessions_user_id_index" ON "sessions" ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_expires_at_index" ON "sessions" ("expires_at");--> statement-breakpoint
CREATE INDEX "signing_keys__use" ON "signing_keys" ("use","created_at" DESC);--> statement-breakpoint
ALTER TABLE "bot_tokens" ADD CONSTRAINT "bot_tokens_bot_id_bots_id_fkey" FOREIGN KEY ("bot_id") REFERENCES "bots"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "bot_tokens" ADD CONSTRAINT "bot_tokens_created_by_user_id_users_id_fkey" FOREIGN KEY ("created_by_user_id") REFERENCES "users"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "deployment_permissions" ADD CONSTRAINT "deployment_permissions_bot_id_bots_id_fkey" FOREIGN KEY ("bot_id") REFERENCES "bots"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "deployment_resources" ADD CONSTRAINT "deployment_resources_type_id_deployment_resource_types_id_fkey" FOREIGN KEY ("type_id") REFERENCES "deployment_resource_types"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "deployment_resources" ADD CONSTRAINT "deployment_resources_deployment_id_deployments_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployments"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "deployment_resources" ADD CONSTRAINT "deployment_resources_env_id_envs_id_fkey" FOREIGN KEY ("env_id") REFERENCES "envs"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "env_user_permissions" ADD CONSTRAINT "env_user_permissions_bot_id_bots_id_fkey" FOREIGN KEY ("bot_id") REFERENCES "bots"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "deployment_permissions" ADD CONSTRAINT "deployment_permissions__one_holder" CHECK (num_nonnulls("user_id", "bot_id") = 1);--> statement-breakpoint
ALTER TABLE "env_user_permissions" ADD CONSTRAINT "env_user_permissions__one_holder" CHECK (num_nonnulls("user_id", "bot_id") = 1);