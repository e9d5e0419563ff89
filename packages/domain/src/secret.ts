import { z } from "zod";
import { EnvId, KindId, SecretId } from "./ids.ts";

/** A secret of an env, as people may see it: its contents never leave the server. */
export const SecretSummary = z.object({
  id: SecretId,
  createdAt: z.date(),
  updatedAt: z.date(),
  version: z.int32(),
  envId: EnvId,
  collection: z.string(),
  name: z.string(),
  /** The kinds whose deployments may use it; `null`: all of them. */
  kindIds: z.array(KindId).nullable(),
});
export type SecretSummary = z.output<typeof SecretSummary>;

const contents = z.string().max(262_144);
const kindIds = z.array(KindId).min(1, "must name a kind; null stands for all of them").max(100).nullable();

/** What a person gives to create a secret. */
export const NewSecret = z.strictObject({
  envId: EnvId,
  collection: z.string().trim().min(1).max(200),
  name: z.string().trim().min(1).max(200),
  contents,
  /** Absent: all kinds may use it. */
  kindIds: kindIds.optional(),
});
export type NewSecret = z.output<typeof NewSecret>;

/** What a person may change of a secret. */
export const UpdateSecret = z.strictObject({
  id: SecretId,
  /** The one that was seen: with it, a stale edit is a conflict. */
  version: z.int32().optional(),
  name: z.string().trim().min(1).max(200).optional(),
  contents: contents.optional(),
  kindIds: kindIds.optional(),
});
export type UpdateSecret = z.output<typeof UpdateSecret>;
