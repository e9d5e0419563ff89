CREATE TABLE "deployment_references" (
	"deployment_id" uuid,
	"collection" text,
	"item_id" uuid,
	CONSTRAINT "deployment_references_pkey" PRIMARY KEY("deployment_id","collection","item_id")
);
--> statement-breakpoint
CREATE INDEX "deployment_references_collection_item_id_index" ON "deployment_references" ("collection","item_id");--> statement-breakpoint
ALTER TABLE "deployment_references" ADD CONSTRAINT "deployment_references_deployment_id_deployments_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployments"("id") ON DELETE CASCADE;