CREATE TABLE "cluster_candidates" (
	"cluster_id" uuid,
	"agent" text,
	"expires_at" timestamp with time zone NOT NULL,
	"reaches" boolean DEFAULT true NOT NULL,
	CONSTRAINT "cluster_candidates_pkey" PRIMARY KEY("cluster_id","agent")
);
--> statement-breakpoint
CREATE INDEX "cluster_candidates_agent_index" ON "cluster_candidates" ("agent");--> statement-breakpoint
CREATE INDEX "cluster_candidates_expires_at_index" ON "cluster_candidates" ("expires_at");--> statement-breakpoint
ALTER TABLE "cluster_candidates" ADD CONSTRAINT "cluster_candidates_cluster_id_k8s_clusters_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "k8s_clusters"("id") ON DELETE CASCADE;