import type { z } from "zod";
import { ActionsV0, ActionsV1Beta1 } from "./actions.ts";
import { FeaturesV0, FeaturesV1Beta1, FeaturesV1Beta2 } from "./features.ts";
import { isObject, own } from "./json.ts";
import { ResourceTypes } from "./resource-types.ts";
import { ValuesUiV0, ValuesUiV1Beta1 } from "./values-ui.ts";

/** One version of an extension file: what its wrapper says, and the schema of what it then must be. */
interface Version {
  readonly apiVersion: string;
  readonly kind: string;
  readonly schema: z.ZodType;
}

/** A kind of extension file: where it stands in both layouts, and its versions. */
export interface ExtensionFile {
  readonly modern: string;
  readonly legacy: string | null;
  readonly versions: readonly Version[];
  /** The form without a wrapper, older than all versions. */
  readonly unwrapped: z.ZodType | null;
  /** Whether the wrapped form is a list, each item wrapped. */
  readonly isList: boolean;
}

export const extensionFiles = {
  valuesUi: {
    modern: "platz/values-ui.yaml",
    legacy: "values.ui.json",
    versions: [{ apiVersion: "platz.io/v1beta1", kind: "ValuesUi", schema: ValuesUiV1Beta1 }],
    unwrapped: ValuesUiV0,
    isList: false,
  },
  actions: {
    modern: "platz/actions.yaml",
    legacy: "actions.schema.json",
    versions: [{ apiVersion: "platz.io/v1beta1", kind: "Action", schema: ActionsV1Beta1 }],
    unwrapped: ActionsV0,
    isList: true,
  },
  features: {
    modern: "platz/features.yaml",
    legacy: "features.json",
    versions: [
      { apiVersion: "platz.io/v1beta2", kind: "Features", schema: FeaturesV1Beta2 },
      { apiVersion: "platz.io/v1beta1", kind: "Features", schema: FeaturesV1Beta1 },
    ],
    unwrapped: FeaturesV0,
    isList: false,
  },
  resourceTypes: {
    modern: "platz/resources.yaml",
    legacy: null,
    versions: [{ apiVersion: "platz.io/v1beta1", kind: "ResourceType", schema: ResourceTypes }],
    unwrapped: null,
    isList: true,
  },
} as const satisfies Record<string, ExtensionFile>;
export type ExtensionFileName = keyof typeof extensionFiles;

/** Whether a file of a chart, by its path in it, is one that `parseChart` looks at (workers spec 8.1). */
export function isExtensionFile(path: string): boolean {
  return (
    path === "Chart.yaml" ||
    path === "values.yaml" ||
    path === "values.schema.json" ||
    path.startsWith("platz/") ||
    Object.values(extensionFiles).some(({ legacy }) => legacy === path)
  );
}

/**
 * The schema that a document must fit, or a sentence about its wrapper. A document that names an `apiVersion` is of
 * that version or wrong; only one without a wrapper is of the oldest form (W35: no falling through to defaults).
 */
export function schemaFor(file: ExtensionFile, value: unknown): SchemaChoice {
  return file.isList ? schemaOfList(file, value) : schemaOfObject(file, value);
}

export type SchemaChoice = { readonly schema: z.ZodType } | { readonly refused: string };

function schemaOfList({ versions, unwrapped }: ExtensionFile, value: unknown): SchemaChoice {
  const [version] = versions;
  if (Array.isArray(value) && version !== undefined) return { schema: version.schema };
  const isWrapped = isObject(value) && own(value, "apiVersion") !== undefined;
  if (unwrapped !== null && !isWrapped) return { schema: unwrapped };
  return { refused: `must be a list of objects of kind ${version?.kind}` };
}

function schemaOfObject({ versions, unwrapped }: ExtensionFile, value: unknown): SchemaChoice {
  const apiVersion = isObject(value) ? own(value, "apiVersion") : undefined;
  if (apiVersion === undefined && unwrapped !== null) return { schema: unwrapped };
  const version = versions.find((each) => each.apiVersion === apiVersion);
  if (version !== undefined) return { schema: version.schema };
  return {
    refused: `has an unknown apiVersion; use ${versions.map((each) => each.apiVersion).join(" or ")}`,
  };
}
