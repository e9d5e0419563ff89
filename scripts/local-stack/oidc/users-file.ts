import { readFile } from "node:fs/promises";
import { z } from "zod";

const DevUser = z.object({
  sub: z.string().min(1),
  email: z.email(),
  email_verified: z.boolean(),
  name: z.string().min(1),
  groups: z.array(z.string()).default([]),
});
export type DevUser = z.output<typeof DevUser>;

/** The people whom the development provider knows. Read at every sign-in, so that an edit counts at once. */
export async function readUsersFile(file: string): Promise<readonly DevUser[]> {
  const parsed = z
    .array(DevUser)
    .min(1)
    .safeParse(JSON.parse(await readFile(file, "utf8")));
  if (parsed.success) return parsed.data;
  throw new Error(
    `${file} does not list users as the OpenID provider needs them:\n${z.prettifyError(parsed.error)}`,
  );
}
