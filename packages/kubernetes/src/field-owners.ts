import { z } from "zod";

const Fields: z.ZodType<Fields> = z.record(
  z.string(),
  z.lazy(() => Fields),
);
interface Fields {
  readonly [field: string]: Fields;
}
const Managed = z.object({
  metadata: z.object({
    managedFields: z
      .array(
        z.object({
          manager: z.string().default(""),
          subresource: z.string().default(""),
          fieldsV1: Fields.catch({}).default({}),
        }),
      )
      .default([])
      .catch([]),
  }),
});

/** One step from an object to a part of it: a key, or the item of a list that has this name. */
export type FieldStep = string | { readonly item: string };

/** Who last set the fields of an object, as the API server keeps it (`metadata.managedFields`). */
export interface FieldOwner {
  readonly manager: string;
  readonly subresource: string;
  owns(path: readonly FieldStep[]): boolean;
}

/** The owners of an object's fields; none for an object that does not say. */
export function fieldOwners(object: unknown): FieldOwner[] {
  const managed = Managed.safeParse(object).data?.metadata.managedFields ?? [];
  return managed.map(({ manager, subresource, fieldsV1 }) => ({
    manager,
    subresource,
    owns: (path) => ownsPath(fieldsV1, path),
  }));
}

/** Also what stands above an owned leaf belongs to its owner: lists and maps are owned as a whole where they are atomic. */
function ownsPath(fields: Fields, path: readonly FieldStep[]): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return true;
  const isLeaf = Object.keys(fields).every((key) => key === ".");
  if (isLeaf) return true;
  const next = typeof step === "string" ? fields[`f:${step}`] : itemOf(fields, step.item);
  return next !== undefined && ownsPath(next, rest);
}

function itemOf(fields: Fields, name: string): Fields | undefined {
  const key = Object.keys(fields).find((each) => each.startsWith("k:") && nameOf(each.slice(2)) === name);
  return key === undefined ? undefined : fields[key];
}

function nameOf(json: string): unknown {
  try {
    return JSON.parse(json).name;
  } catch {
    return undefined;
  }
}
