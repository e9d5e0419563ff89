import { z } from "zod";

const why = z.string().trim().min(1, "must say what it is for").max(300);

/**
 * What a deployment's own token may reach besides itself and what its inputs refer to: deployments of a kind, to read
 * their configuration and logs or to act on them too, or the names of the secrets of a collection.
 */
const Need = z.union(
  [
    z.strictObject({
      /** The name of a kind; `*` for every kind. */
      deployments: z.string().min(1).max(100),
      access: z
        .enum(["read", "act"])
        .nullish()
        .transform((value) => value ?? "read"),
      why,
    }),
    z.strictObject({ secrets: z.string().min(1).max(100), why }),
  ],
  "must name deployments (a kind, with access and why) or secrets (a collection, with why)",
);
export type Need = z.output<typeof Need>;

const NEEDS_MAX = 50;

export const Needs = z
  .array(Need)
  .max(NEEDS_MAX)
  .nullish()
  .transform((value) => value ?? []);

/** A need as a sentence for whoever is to agree to it. */
export function needSentence(need: Need): string {
  if ("secrets" in need) return `It sees the names of the secrets of ${need.secrets}: ${need.why}`;
  const whose =
    need.deployments === "*" ? "every deployment of its env" : `every ${need.deployments} of its env`;
  const what =
    need.access === "act" ? "invokes actions of, restarts and reads" : "reads the configuration and logs of";
  return `It ${what} ${whose}: ${need.why}`;
}

/** Those of these needs that others do not cover already. */
export function needsBeyond(needs: readonly Need[], covered: readonly Need[]): Need[] {
  return needs.filter((need) => !covered.some((other) => covers(other, need)));
}

function covers(one: Need, other: Need): boolean {
  if ("secrets" in one || "secrets" in other) {
    return "secrets" in one && "secrets" in other && one.secrets === other.secrets;
  }
  const isOfKind = one.deployments === "*" || one.deployments === other.deployments;
  return isOfKind && (one.access === "act" || other.access === "read");
}
