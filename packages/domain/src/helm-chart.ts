import { z } from "zod";
import { HelmChartId, HelmRegistryId, HelmTagFormatId, KindId } from "./ids.ts";
import { Json } from "./json.ts";

/** A kind of deployment, made from the name of a chart repository. */
export const DeploymentKind = z.object({
  id: KindId,
  createdAt: z.date(),
  version: z.int32(),
  name: z.string(),
  /** Whether tokens of its deployments act on their whole env, as before charts declared what they need. */
  legacyTokenRights: z.boolean(),
  /** Whether its deployments take no chart that is not signed by a key of its registry. */
  signedChartsOnly: z.boolean(),
});
export type DeploymentKind = z.output<typeof DeploymentKind>;

/**
 * A kind's new name, or the end of its old rights. What is deployed stays where it is: namespaces and hosts keep the old
 * name (W-28). Rights that tokens had before charts declared what they need are taken for good.
 */
export const UpdateDeploymentKind = z.strictObject({
  id: KindId,
  version: z.int32(),
  name: z
    .string()
    .trim()
    .regex(
      /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/,
      "must be letters, digits and dashes: namespaces begin with it",
    )
    .max(40)
    .optional(),
  legacyTokenRights: z.literal(false).optional(),
  signedChartsOnly: z.boolean().optional(),
});
export type UpdateDeploymentKind = z.output<typeof UpdateDeploymentKind>;

/** A public key by which charts of a registry are signed: ECDSA on P-256 in PEM, as `cosign generate-key-pair` makes it. */
export const SigningKey = z.strictObject({
  name: z.string().trim().min(1).max(60),
  publicKey: z.string().max(4_096),
});
export type SigningKey = z.output<typeof SigningKey>;

export const signatureStatuses = ["signed", "unsigned", "bad"] as const;

/** What the signatures of a chart are, by the keys of its registry: by which key it is signed, or what is wrong. */
export const ChartSignature = z.object({
  status: z.enum(signatureStatuses),
  key: z.string().nullable(),
  reason: z.string().nullable(),
});
export type ChartSignature = z.output<typeof ChartSignature>;

export const helmRegistryProviders = ["Ecr", "Oci"] as const;

/** A repository of charts in a registry. */
export const HelmRegistry = z.object({
  id: HelmRegistryId,
  createdAt: z.date(),
  version: z.int32(),
  domainName: z.string(),
  repoName: z.string(),
  kindId: KindId,
  available: z.boolean(),
  faIcon: z.string(),
  provider: z.enum(helmRegistryProviders),
  /** By which its charts are checked. Without any, nothing is checked. */
  signingKeys: z.array(SigningKey),
});
export type HelmRegistry = z.output<typeof HelmRegistry>;

/** What a site admin may set on a repository: its icon (a Font Awesome name), the kind that its charts are of, and the keys by which they are signed. */
export const UpdateHelmRegistry = z.strictObject({
  id: HelmRegistryId,
  version: z.int32(),
  faIcon: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "must be the name of a Font Awesome icon, as database")
    .max(60)
    .optional(),
  kindId: KindId.optional(),
  signingKeys: z
    .array(SigningKey)
    .max(20)
    .refine((keys) => new Set(keys.map(({ name }) => name)).size === keys.length, "must have different names")
    .optional(),
});
export type UpdateHelmRegistry = z.output<typeof UpdateHelmRegistry>;

/** How tags of charts are read: an expression with the groups version, revision, branch and commit. */
export const HelmTagFormat = z.object({ id: HelmTagFormatId, createdAt: z.date(), pattern: z.string() });
export type HelmTagFormat = z.output<typeof HelmTagFormat>;

export const NewHelmTagFormat = z.strictObject({ pattern: z.string().min(1).max(1000) });
export type NewHelmTagFormat = z.output<typeof NewHelmTagFormat>;

/**
 * One version of a chart with the extensions that it ships, in their canonical stored form (workers spec 8.11).
 * `error` says why a chart cannot be used (fully), `findings` what its author cannot have meant; a line each.
 * `quarantine` says why nothing of it is computed any more. `provenanceDigest` is the digest of the provenance file that came with the chart (Helm, "Provenance and Integrity"):
 * that it is signed, not that anybody has checked by whom.
 */
export const HelmChart = z.object({
  id: HelmChartId,
  createdAt: z.date(),
  helmRegistryId: HelmRegistryId,
  imageDigest: z.string(),
  imageTag: z.string(),
  available: z.boolean(),
  valuesUi: Json.nullable(),
  actionsSchema: Json.nullable(),
  features: Json.nullable(),
  resourceTypes: Json.nullable(),
  error: z.string().nullable(),
  findings: z.string().nullable(),
  quarantine: z.string().nullable(),
  provenanceDigest: z.string().nullable(),
  /** `null`: its registry has no keys to check it by. */
  signature: ChartSignature.nullable(),
  tagFormatId: HelmTagFormatId.nullable(),
  parsedVersion: z.string().nullable(),
  parsedRevision: z.string().nullable(),
  parsedBranch: z.string().nullable(),
  parsedCommit: z.string().nullable(),
});
export type HelmChart = z.output<typeof HelmChart>;
