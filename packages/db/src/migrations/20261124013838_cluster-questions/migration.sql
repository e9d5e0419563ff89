CREATE TABLE "cluster_questions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"cluster_id" uuid NOT NULL,
	"question" jsonb NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"taken_at" timestamp with time zone,
	"answer" text
);
--> statement-breakpoint
CREATE INDEX "cluster_questions__open" ON "cluster_questions" ("cluster_id","created_at") WHERE "taken_at" is null;--> statement-breakpoint
CREATE INDEX "cluster_questions_expires_at_index" ON "cluster_questions" ("expires_at");--> statement-breakpoint
ALTER TABLE "cluster_questions" ADD CONSTRAINT "cluster_questions_cluster_id_k8s_clusters_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "k8s_clusters"("id") ON DELETE CASCADE;