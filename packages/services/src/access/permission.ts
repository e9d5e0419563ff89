import { Forbidden, type Identity } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** Everybody who may come, as seen from one object: what they are to it, and to the env that it is in. */
export const callerRoles = [
  "nobody",
  "bot",
  "owner bot",
  "stranger",
  "strange deployment",
  "member",
  "deployment",
  "needing deployment",
  "legacy deployment",
  "maintainer",
  "owner",
  "env admin",
  "site admin",
] as const;
export type CallerRole = (typeof callerRoles)[number];

const signedIn = callerRoles.filter((role) => role !== "nobody");
const people = signedIn.filter((role) => !role.endsWith("deployment") && !role.endsWith("bot"));

/**
 * What a procedure can demand of its caller, by name: who gets through, and what that means. All others are refused, at
 * the door when their kind can never hold the permission, else by the verb that knows the object.
 */
export const permissions = {
  public: { roles: callerRoles, means: "Anybody, signed in or not." },
  "signed in": { roles: signedIn, means: "Whoever has proved who they are." },
  list: { roles: signedIn, means: "Shows what the caller may see, and nothing else." },
  read: {
    roles: signedIn.filter((role) => !role.startsWith("strange") && role !== "bot"),
    means: "Whoever sees the env of the object; to all others it looks absent.",
  },
  "read in reach": {
    roles: signedIn.filter((role) => !role.startsWith("strange") && role !== "bot" && role !== "deployment"),
    means: "Whoever sees the env of the object; of deployments those whose token reaches it.",
  },
  "administrative list": {
    roles: signedIn.filter((role) => !role.endsWith("deployment")),
    means: "Shows people and bots what they may see. A deployment has no need of it.",
  },
  "administrative read": {
    roles: signedIn.filter(
      (role) => !role.startsWith("strange") && role !== "bot" && !role.endsWith("deployment"),
    ),
    means: "People and bots that see the env of the object; to all others it looks absent.",
  },
  person: { roles: people, means: "A person, for what is their own." },
  "its owner": { roles: ["owner", "site admin"], means: "The person it belongs to, or a site admin." },
  "site admin": { roles: ["site admin"], means: "Site admins." },
  "env admin": { roles: ["env admin", "site admin"], means: "Admins of the object's env." },
  "deployment owner": {
    roles: ["owner bot", "owner", "env admin", "site admin"],
    means: "Owners of the kind of deployment in the env.",
  },
  "deployment maintainer": {
    roles: ["maintainer", "owner bot", "owner", "env admin", "site admin"],
    means: "Maintainers and owners of the kind of deployment in the env.",
  },
  "deployment operator": {
    roles: [
      "needing deployment",
      "legacy deployment",
      "maintainer",
      "owner bot",
      "owner",
      "env admin",
      "site admin",
    ],
    means: "Maintainers, and deployments of the env whose token reaches it.",
  },
  "task actor": {
    roles: ["maintainer", "owner bot", "owner", "env admin", "site admin"],
    means: "Maintainers, and a deployment for the tasks that it asked for itself.",
    alsoKinds: ["Deployment"],
  },
} as const satisfies Record<
  string,
  {
    readonly roles: readonly CallerRole[];
    readonly means: string;
    /** Kinds of caller that get past the door although none of their roles here is enough by itself. */
    readonly alsoKinds?: readonly Identity["kind"][];
  }
>;
export type Permission = keyof typeof permissions;

/** Refuses callers of a kind that can never hold this permission. */
export function requireCaller({ identity }: ServiceContext, name: Permission): void {
  const permission: (typeof permissions)[Permission] & { readonly alsoKinds?: readonly Identity["kind"][] } =
    permissions[name];
  const kinds = [...permission.roles.map(kindOf), ...(permission.alsoKinds ?? [])];
  if (kinds.includes(identity.kind)) return;
  throw new Forbidden(`A ${identity.kind.toLowerCase()} may not do this.`);
}

function kindOf(role: CallerRole): Identity["kind"] | undefined {
  if (role === "nobody") return undefined;
  if (role.endsWith("bot")) return "Bot";
  return role.endsWith("deployment") ? "Deployment" : "User";
}
