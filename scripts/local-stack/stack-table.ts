import type { StackDescription } from "./stack-file.ts";

/** Where everything of a stack is, for a person. */
export function stackTable(stack: StackDescription): string {
  const rows: [string, string][] = [
    ["API", stack.api],
    ["sign in", `${stack.api}/auth/login  (people: .dev/oidc-users.json)`],
    ["API token", "npm run token -- admin@platz.dev"],
    ["OpenID provider", stack.oidc],
    ["PostgreSQL", stack.database],
    ["OCI registry", `${stack.registry}  (plain HTTP, sample charts in charts/)`],
    ["sample application", `${stack.sampleApp}  (answers for *.${stack.ingressDomain})`],
    ["cluster", `KUBECONFIG=${stack.kubeconfig}  (context ${stack.context})`],
    ["logs", stack.logs],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join("\n");
}
