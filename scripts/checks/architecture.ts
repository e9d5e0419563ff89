/**
 * Who may import whom. A package depends only on lower tiers, never on its neighbours; apps depend on packages, and
 * only `apps/all`, which composes the other apps into one process, depends on apps.
 */
export const tiers: readonly (readonly string[])[] = [
  ["domain", "chart-ext", "config", "telemetry", "worker", "sealing", "egress", "aws"],
  ["db", "auth", "kubernetes", "helm", "oci"],
  ["sandbox"],
  ["services"],
  ["api"],
  ["client"],
  ["sdk"],
];

/** Rooms that a browser must be able to load: nothing of `node:`, and no package that is not one of them. */
export const browserSafe: readonly string[] = ["domain", "chart-ext", "client"];

export interface Workspace {
  /** Path from the top, such as `packages/db`. */
  readonly folder: string;
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
}

/** What is wrong with the walls, a sentence each. */
export function brokenWalls(workspaces: readonly Workspace[]): string[] {
  const byName = new Map(workspaces.map((workspace) => [workspace.name, workspace]));
  return workspaces.flatMap((workspace) => [
    ...unlisted(workspace),
    ...workspace.dependencies.flatMap((name) => {
      const target = byName.get(name);
      return target === undefined || allowed(workspace, target)
        ? []
        : [`${workspace.folder} may not depend on ${target.folder}.`];
    }),
    ...browserUnsafe(workspace),
  ]);
}

function unlisted(workspace: Workspace): string[] {
  if (!workspace.folder.startsWith("packages/") || tierOf(workspace) !== -1) return [];
  return [`${workspace.folder} stands in no tier of scripts/checks/architecture.ts.`];
}

function allowed(from: Workspace, to: Workspace): boolean {
  if (to.folder.startsWith("packages/")) {
    return from.folder.startsWith("packages/") ? tierOf(to) < tierOf(from) : true;
  }
  if (from.folder === "apps/all") return to.folder.startsWith("apps/");
  // Scripts run the whole house on one machine; nothing depends on scripts.
  return from.folder === "scripts" && to.folder !== "scripts";
}

function browserUnsafe(workspace: Workspace): string[] {
  if (!browserSafe.includes(roomOf(workspace))) return [];
  return workspace.dependencies
    .filter((name) => name.startsWith("@platz/") && !browserSafe.includes(name.slice("@platz/".length)))
    .map((name) => `${workspace.folder} must load in a browser, and ${name} may not.`);
}

const roomOf = (workspace: Workspace) => workspace.folder.slice("packages/".length);
const tierOf = (workspace: Workspace) => tiers.findIndex((tier) => tier.includes(roomOf(workspace)));
