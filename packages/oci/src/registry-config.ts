import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { RegistryCredentials } from "./authorize.ts";

/** How every process that reads charts finds its logins, and takes charts; spread these into the process's own settings. */
export const registrySettings = {
  PLATZ_REGISTRY_CONFIG: z
    .string()
    .optional()
    .describe(
      "Docker configuration file (config.json) with the logins of OCI registries; without it they are read anonymously.",
    ),
  PLATZ_OUTSIDE_SCHEMAS: z
    .enum(["skip", "refuse"], "must be skip or refuse")
    .default("skip")
    .describe(
      "What becomes of a chart whose values.schema.json refers to something outside of it, which is never fetched: skip has Helm leave the chart's schemas out, refuse does not install it.",
    ),
};

const CONFIG_BYTES_MAX = 1024 * 1024;

const Auth = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
});
const RegistryConfig = z.object({ auths: z.record(z.string(), Auth).default({}) });

/**
 * Credentials from a Docker configuration file, as `helm registry login` and `docker login` write it and a Kubernetes
 * Secret of type `kubernetes.io/dockerconfigjson` holds it. It is read each time, so that what is replaced in it holds
 * at once. `undefined` for a registry that it does not name. Credential helpers are programs, and are not run. Throws an
 * `Error` whose message is for a person and holds nothing of the file.
 */
export async function credentialsOfConfig(
  file: string,
  domain: string,
): Promise<RegistryCredentials | undefined> {
  const { auths } = await readConfig(file);
  for (const [key, { auth, username, password }] of Object.entries(auths)) {
    if (hostOf(key) !== domain) continue;
    if (username !== undefined && password !== undefined) return { username, password };
    const pair = /^([^:]+):(.+)$/s.exec(fromBase64(auth ?? ""));
    const [, user, secret] = pair ?? [];
    if (user !== undefined && secret !== undefined) return { username: user, password: secret };
    throw new Error(`The registry configuration has no user name and password for ${domain}.`);
  }
  return undefined;
}

async function readConfig(file: string): Promise<z.output<typeof RegistryConfig>> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new Error("The registry configuration (PLATZ_REGISTRY_CONFIG) cannot be read.", { cause });
  }
  try {
    if (text.length > CONFIG_BYTES_MAX) throw new RangeError("it is too large");
    return RegistryConfig.parse(JSON.parse(text));
  } catch {
    // The cause might quote a password.
    throw new Error("The registry configuration (PLATZ_REGISTRY_CONFIG) is no Docker configuration file.");
  }
}

/** Keys are host names, or addresses with a scheme and a path, as Docker Hub's `https://index.docker.io/v1/`. */
function hostOf(key: string): string | undefined {
  return URL.parse(/^https?:\/\//.test(key) ? key : `https://${key}`)?.host;
}

function fromBase64(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (each) => each.charCodeAt(0)));
  } catch {
    return "";
  }
}
