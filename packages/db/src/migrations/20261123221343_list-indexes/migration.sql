DROP INDEX "deployment_tasks__created";--> statement-breakpoint
DROP INDEX "deployments_kind_id_index";--> statement-breakpoint
DROP INDEX "deployments_helm_chart_id_index";--> statement-breakpoint
DROP INDEX "k8s_resources_last_updated_at_index";--> statement-breakpoint
DROP INDEX "k8s_resources_deployment_id_index";--> statement-breakpoint
DROP INDEX "k8s_resources_cluster_id_index";--> statement-breakpoint
CREATE INDEX "deployment_tasks__newest" ON "deployment_tasks" ("execute_at" DESC,"seq" DESC);--> statement-breakpoint
CREATE INDEX "deployment_tasks__created_seq" ON "deployment_tasks" ("created_at","seq");--> statement-breakpoint
CREATE INDEX "deployment_tasks__of_cluster" ON "deployment_tasks" ("cluster_id","execute_at" DESC,"seq" DESC);--> statement-breakpoint
CREATE INDEX "deployment_tasks__of_status" ON "deployment_tasks" ("status","execute_at" DESC,"seq" DESC);--> statement-breakpoint
CREATE INDEX "deployment_tasks__asked_by" ON "deployment_tasks" ("acting_user_id","execute_at" DESC,"seq" DESC);--> statement-breakpoint
CREATE INDEX "deployments__name" ON "deployments" ("name","id");--> statement-breakpoint
CREATE INDEX "deployments__name_part" ON "deployments" USING gin ("name" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "deployments__of_cluster" ON "deployments" ("cluster_id","created_at","id");--> statement-breakpoint
CREATE INDEX "deployments__of_kind" ON "deployments" ("kind_id","created_at","id");--> statement-breakpoint
CREATE INDEX "deployments__of_chart" ON "deployments" ("helm_chart_id","created_at","id");--> statement-breakpoint
CREATE INDEX "deployments__enabled_created" ON "deployments" ("enabled","created_at","id");--> statement-breakpoint
CREATE INDEX "deployments__status_created" ON "deployments" ("status","created_at","id");--> statement-breakpoint
CREATE INDEX "helm_charts__created" ON "helm_charts" ("created_at","id");--> statement-breakpoint
CREATE INDEX "helm_charts__branch" ON "helm_charts" ("parsed_branch","created_at","id");--> statement-breakpoint
CREATE INDEX "helm_charts__available" ON "helm_charts" ("available","created_at","id");--> statement-breakpoint
CREATE INDEX "helm_charts__of_registry" ON "helm_charts" ("helm_registry_id","created_at","id");--> statement-breakpoint
CREATE INDEX "k8s_resources__updated" ON "k8s_resources" ("last_updated_at","id");--> statement-breakpoint
CREATE INDEX "k8s_resources__name" ON "k8s_resources" ("name","id");--> statement-breakpoint
CREATE INDEX "k8s_resources__kind" ON "k8s_resources" ("kind","name","id");--> statement-breakpoint
CREATE INDEX "k8s_resources__of_deployment" ON "k8s_resources" ("deployment_id","kind","name","id");--> statement-breakpoint
CREATE INDEX "k8s_resources__of_cluster" ON "k8s_resources" ("cluster_id","kind","name","id");