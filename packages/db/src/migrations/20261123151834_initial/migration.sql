CREATE SEQUENCE "public"."deployment_task_fence" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "bots" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"display_name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deployment_kinds" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"name" text NOT NULL CONSTRAINT "deployment_kinds__name" UNIQUE
);
--> statement-breakpoint
CREATE TABLE "deployment_permissions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"env_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"kind_id" uuid NOT NULL,
	"role" text NOT NULL,
	CONSTRAINT "deployment_permissions__env_user_kind" UNIQUE("env_id","user_id","kind_id"),
	CONSTRAINT "deployment_permissions__role" CHECK ("role" in ('Owner', 'Maintainer'))
);
--> statement-breakpoint
CREATE TABLE "deployment_resource_types" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"env_id" uuid,
	"deployment_kind_id" uuid NOT NULL,
	"key" text NOT NULL,
	"spec" jsonb DEFAULT '{}' NOT NULL,
	CONSTRAINT "deployment_resource_types__kind_key_env" UNIQUE NULLS NOT DISTINCT("deployment_kind_id","key","env_id")
);
--> statement-breakpoint
CREATE TABLE "deployment_tasks" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "deployment_tasks_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"execute_at" timestamp with time zone DEFAULT now() NOT NULL,
	"first_attempted_at" timestamp with time zone,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"cluster_id" uuid,
	"deployment_id" uuid NOT NULL,
	"namespace" text NOT NULL,
	"acting_user_id" uuid,
	"acting_bot_id" uuid,
	"acting_deployment_id" uuid,
	"actor_label" text NOT NULL,
	"canceled_by_user_id" uuid,
	"canceled_by_bot_id" uuid,
	"canceled_by_deployment_id" uuid,
	"cancel_requested_at" timestamp with time zone,
	"operation" jsonb NOT NULL,
	"status" text DEFAULT 'Pending' NOT NULL,
	"reason" text,
	"attempt" integer DEFAULT 0 NOT NULL,
	"fence" bigint,
	"lease_owner" text,
	"lease_expires_at" timestamp with time zone,
	"progress" jsonb DEFAULT '{}' NOT NULL,
	CONSTRAINT "deployment_tasks__status" CHECK ("status" in ('Pending', 'Started', 'Failed', 'Canceled', 'Done')),
	CONSTRAINT "deployment_tasks__one_actor_at_most" CHECK (num_nonnulls("acting_user_id", "acting_bot_id", "acting_deployment_id") <= 1),
	CONSTRAINT "deployment_tasks__one_canceller_at_most" CHECK (num_nonnulls("canceled_by_user_id", "canceled_by_bot_id", "canceled_by_deployment_id") <= 1),
	CONSTRAINT "deployment_tasks__started_is_leased" CHECK ("status" <> 'Started' or ("fence" is not null and "lease_expires_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "deployments" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"name" text NOT NULL,
	"kind_id" uuid NOT NULL,
	"cluster_id" uuid NOT NULL,
	"namespace" text NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"status" text DEFAULT 'Unknown' NOT NULL,
	"description_md" text,
	"reason" text,
	"revision_id" uuid,
	"reported_status" jsonb,
	"helm_chart_id" uuid NOT NULL,
	"config" jsonb DEFAULT '{}' NOT NULL,
	"values_override" jsonb DEFAULT '{}' NOT NULL,
	CONSTRAINT "deployments__cluster_kind_name" UNIQUE("cluster_id","kind_id","name"),
	CONSTRAINT "deployments__cluster_namespace" UNIQUE("cluster_id","namespace"),
	CONSTRAINT "deployments__status" CHECK ("status" in ('Unknown', 'Installing', 'Renaming', 'Upgrading', 'Running', 'Error', 'Uninstalling', 'Uninstalled', 'Deleting'))
);
--> statement-breakpoint
CREATE TABLE "env_user_permissions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"env_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	CONSTRAINT "env_user_permissions__env_user" UNIQUE("env_id","user_id"),
	CONSTRAINT "env_user_permissions__role" CHECK ("role" in ('Admin', 'User'))
);
--> statement-breakpoint
CREATE TABLE "envs" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"name" text NOT NULL,
	"node_selector" jsonb DEFAULT '{}' NOT NULL,
	"tolerations" jsonb DEFAULT '[]' NOT NULL,
	"auto_add_new_users" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "helm_charts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"created_at" timestamp with time zone NOT NULL,
	"helm_registry_id" uuid NOT NULL,
	"image_digest" text NOT NULL,
	"image_tag" text NOT NULL,
	"available" boolean DEFAULT true NOT NULL,
	"values_ui" jsonb,
	"actions_schema" jsonb,
	"features" jsonb,
	"resource_types" jsonb,
	"error" text,
	"tag_format_id" uuid,
	"parsed_version" text,
	"parsed_revision" text,
	"parsed_branch" text,
	"parsed_commit" text,
	CONSTRAINT "helm_charts__registry_digest_tag" UNIQUE("helm_registry_id","image_digest","image_tag")
);
--> statement-breakpoint
CREATE TABLE "helm_registries" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"domain_name" text NOT NULL,
	"repo_name" text NOT NULL,
	"kind_id" uuid NOT NULL,
	"available" boolean DEFAULT true NOT NULL,
	"fa_icon" text DEFAULT 'question' NOT NULL,
	"provider" text DEFAULT 'Ecr' NOT NULL,
	CONSTRAINT "helm_registries__domain_repo" UNIQUE("domain_name","repo_name"),
	CONSTRAINT "helm_registries__provider" CHECK ("provider" in ('Ecr', 'Oci'))
);
--> statement-breakpoint
CREATE TABLE "helm_tag_formats" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"pattern" text NOT NULL CONSTRAINT "helm_tag_formats__pattern" UNIQUE
);
--> statement-breakpoint
CREATE TABLE "k8s_clusters" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"env_id" uuid,
	"provider_id" text NOT NULL CONSTRAINT "k8s_clusters__provider_id" UNIQUE,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"name" text NOT NULL,
	"region_name" text NOT NULL,
	"is_ok" boolean DEFAULT true NOT NULL,
	"not_ok_reason" text,
	"not_ok_since" timestamp with time zone,
	"next_try_at" timestamp with time zone,
	"ignore" boolean DEFAULT true NOT NULL,
	"ingress_domain" text CONSTRAINT "k8s_clusters__ingress_domain" UNIQUE,
	"ingress_class" text,
	"ingress_tls_secret_name" text,
	"grafana_url" text,
	"grafana_datasource_name" text,
	"lease_owner" text,
	"lease_expires_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "k8s_resources" (
	"id" uuid PRIMARY KEY,
	"last_updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"cluster_id" uuid NOT NULL,
	"deployment_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"api_version" text NOT NULL,
	"name" text NOT NULL,
	"status_color" text[] NOT NULL,
	"metadata" jsonb NOT NULL,
	CONSTRAINT "k8s_resources__kind" CHECK ("kind" in ('Deployment', 'StatefulSet', 'Job', 'Pod'))
);
--> statement-breakpoint
CREATE TABLE "secrets" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"env_id" uuid NOT NULL,
	"collection" text NOT NULL,
	"name" text NOT NULL,
	"contents" text NOT NULL,
	CONSTRAINT "secrets__env_collection_name" UNIQUE("env_id","collection","name")
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"key" text NOT NULL CONSTRAINT "settings__key" UNIQUE,
	"value" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sign_in_attempts" (
	"state_hash" text PRIMARY KEY,
	"browser_hash" text NOT NULL,
	"nonce" text NOT NULL,
	"code_verifier" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "task_logs" (
	"task_id" uuid,
	"seq" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"text" text NOT NULL,
	CONSTRAINT "task_logs_pkey" PRIMARY KEY("task_id","seq")
);
--> statement-breakpoint
CREATE TABLE "user_identities" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"user_id" uuid NOT NULL,
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	CONSTRAINT "user_identities__issuer_subject" UNIQUE("issuer","subject")
);
--> statement-breakpoint
CREATE TABLE "user_tokens" (
	"id" uuid PRIMARY KEY,
	"user_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"name" text NOT NULL,
	"secret_hash" text NOT NULL,
	"expires_at" timestamp with time zone,
	"last_used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"display_name" text NOT NULL,
	"email" text NOT NULL,
	"is_admin" boolean DEFAULT false NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL
);
--> statement-breakpoint
CREATE INDEX "deployment_permissions_user_id_index" ON "deployment_permissions" ("user_id");--> statement-breakpoint
CREATE INDEX "deployment_tasks__deployment_history" ON "deployment_tasks" ("deployment_id","execute_at" DESC,"seq" DESC);--> statement-breakpoint
CREATE INDEX "deployment_tasks__created" ON "deployment_tasks" ("created_at","id");--> statement-breakpoint
CREATE INDEX "deployment_tasks__queue" ON "deployment_tasks" ("cluster_id","execute_at") WHERE "status" = 'Pending';--> statement-breakpoint
CREATE INDEX "deployment_tasks__unfinished" ON "deployment_tasks" ("deployment_id","seq") WHERE "status" in ('Pending', 'Started');--> statement-breakpoint
CREATE UNIQUE INDEX "deployment_tasks__one_started" ON "deployment_tasks" ("deployment_id") WHERE "status" = 'Started';--> statement-breakpoint
CREATE INDEX "deployments_kind_id_index" ON "deployments" ("kind_id");--> statement-breakpoint
CREATE INDEX "deployments_helm_chart_id_index" ON "deployments" ("helm_chart_id");--> statement-breakpoint
CREATE INDEX "deployments_created_at_id_index" ON "deployments" ("created_at","id");--> statement-breakpoint
CREATE INDEX "env_user_permissions_user_id_index" ON "env_user_permissions" ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "envs__name_insensitive" ON "envs" (lower("name"));--> statement-breakpoint
CREATE INDEX "helm_charts__registry_branch" ON "helm_charts" ("helm_registry_id","parsed_branch","created_at" DESC);--> statement-breakpoint
CREATE INDEX "helm_registries_kind_id_index" ON "helm_registries" ("kind_id");--> statement-breakpoint
CREATE INDEX "k8s_clusters_env_id_index" ON "k8s_clusters" ("env_id");--> statement-breakpoint
CREATE INDEX "k8s_resources_last_updated_at_index" ON "k8s_resources" ("last_updated_at");--> statement-breakpoint
CREATE INDEX "k8s_resources_deployment_id_index" ON "k8s_resources" ("deployment_id");--> statement-breakpoint
CREATE INDEX "k8s_resources_cluster_id_index" ON "k8s_resources" ("cluster_id");--> statement-breakpoint
CREATE INDEX "user_identities_user_id_index" ON "user_identities" ("user_id");--> statement-breakpoint
CREATE INDEX "user_tokens_user_id_index" ON "user_tokens" ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users__email_insensitive" ON "users" (lower("email"));--> statement-breakpoint
ALTER TABLE "deployment_permissions" ADD CONSTRAINT "deployment_permissions_env_id_envs_id_fkey" FOREIGN KEY ("env_id") REFERENCES "envs"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "deployment_permissions" ADD CONSTRAINT "deployment_permissions_user_id_users_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "deployment_permissions" ADD CONSTRAINT "deployment_permissions_kind_id_deployment_kinds_id_fkey" FOREIGN KEY ("kind_id") REFERENCES "deployment_kinds"("id");--> statement-breakpoint
ALTER TABLE "deployment_resource_types" ADD CONSTRAINT "deployment_resource_types_env_id_envs_id_fkey" FOREIGN KEY ("env_id") REFERENCES "envs"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "deployment_resource_types" ADD CONSTRAINT "deployment_resource_types_GjbeThxyun8f_fkey" FOREIGN KEY ("deployment_kind_id") REFERENCES "deployment_kinds"("id");--> statement-breakpoint
ALTER TABLE "deployment_tasks" ADD CONSTRAINT "deployment_tasks_cluster_id_k8s_clusters_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "k8s_clusters"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "deployment_tasks" ADD CONSTRAINT "deployment_tasks_deployment_id_deployments_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployments"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "deployment_tasks" ADD CONSTRAINT "deployment_tasks_acting_user_id_users_id_fkey" FOREIGN KEY ("acting_user_id") REFERENCES "users"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "deployment_tasks" ADD CONSTRAINT "deployment_tasks_acting_bot_id_bots_id_fkey" FOREIGN KEY ("acting_bot_id") REFERENCES "bots"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "deployment_tasks" ADD CONSTRAINT "deployment_tasks_acting_deployment_id_deployments_id_fkey" FOREIGN KEY ("acting_deployment_id") REFERENCES "deployments"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "deployment_tasks" ADD CONSTRAINT "deployment_tasks_canceled_by_user_id_users_id_fkey" FOREIGN KEY ("canceled_by_user_id") REFERENCES "users"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "deployment_tasks" ADD CONSTRAINT "deployment_tasks_canceled_by_bot_id_bots_id_fkey" FOREIGN KEY ("canceled_by_bot_id") REFERENCES "bots"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "deployment_tasks" ADD CONSTRAINT "deployment_tasks_canceled_by_deployment_id_deployments_id_fkey" FOREIGN KEY ("canceled_by_deployment_id") REFERENCES "deployments"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_kind_id_deployment_kinds_id_fkey" FOREIGN KEY ("kind_id") REFERENCES "deployment_kinds"("id");--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_cluster_id_k8s_clusters_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "k8s_clusters"("id");--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_revision_id_deployment_tasks_id_fkey" FOREIGN KEY ("revision_id") REFERENCES "deployment_tasks"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_helm_chart_id_helm_charts_id_fkey" FOREIGN KEY ("helm_chart_id") REFERENCES "helm_charts"("id") ON DELETE RESTRICT;--> statement-breakpoint
ALTER TABLE "env_user_permissions" ADD CONSTRAINT "env_user_permissions_env_id_envs_id_fkey" FOREIGN KEY ("env_id") REFERENCES "envs"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "env_user_permissions" ADD CONSTRAINT "env_user_permissions_user_id_users_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "helm_charts" ADD CONSTRAINT "helm_charts_helm_registry_id_helm_registries_id_fkey" FOREIGN KEY ("helm_registry_id") REFERENCES "helm_registries"("id") ON DELETE RESTRICT;--> statement-breakpoint
ALTER TABLE "helm_charts" ADD CONSTRAINT "helm_charts_tag_format_id_helm_tag_formats_id_fkey" FOREIGN KEY ("tag_format_id") REFERENCES "helm_tag_formats"("id");--> statement-breakpoint
ALTER TABLE "helm_registries" ADD CONSTRAINT "helm_registries_kind_id_deployment_kinds_id_fkey" FOREIGN KEY ("kind_id") REFERENCES "deployment_kinds"("id");--> statement-breakpoint
ALTER TABLE "k8s_clusters" ADD CONSTRAINT "k8s_clusters_env_id_envs_id_fkey" FOREIGN KEY ("env_id") REFERENCES "envs"("id");--> statement-breakpoint
ALTER TABLE "k8s_resources" ADD CONSTRAINT "k8s_resources_cluster_id_k8s_clusters_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "k8s_clusters"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "k8s_resources" ADD CONSTRAINT "k8s_resources_deployment_id_deployments_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployments"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "secrets" ADD CONSTRAINT "secrets_env_id_envs_id_fkey" FOREIGN KEY ("env_id") REFERENCES "envs"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "task_logs" ADD CONSTRAINT "task_logs_task_id_deployment_tasks_id_fkey" FOREIGN KEY ("task_id") REFERENCES "deployment_tasks"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "user_identities" ADD CONSTRAINT "user_identities_user_id_users_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "user_tokens" ADD CONSTRAINT "user_tokens_user_id_users_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE;