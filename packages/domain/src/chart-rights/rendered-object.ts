/** An object that Helm would apply, by what names it. */
export interface RenderedObject {
  readonly apiVersion: string;
  /** The API group; `""` is Kubernetes' core. */
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  /** As the object itself says; where it says nothing, the release decides. */
  readonly namespace: string | null;
  readonly content: Readonly<Record<string, unknown>>;
}

/** A release has no more: the record that Helm keeps of it is a Secret of 1 MiB. */
const OBJECTS_MAX = 5_000;
/** Items of a list within an object: by aliases of YAML, a short text can have any number of them. */
const ITEMS_MAX = 250;
const NAME_MAX = 253;

/**
 * The objects among the documents of a manifest, hooks too: what is no object is passed over, a list stands for its items,
 * and hooks that only `helm test` runs are left out.
 */
export function renderedObjects(documents: readonly unknown[]): RenderedObject[] {
  const objects: RenderedObject[] = [];
  const waiting = documents.slice(0, OBJECTS_MAX).reverse();
  for (let looked = 0; waiting.length > 0 && looked < OBJECTS_MAX; looked += 1) {
    const document = waiting.pop();
    if (!isRecord(document)) continue;
    const items = itemsOf(document);
    if (items === undefined) objects.push(...objectOf(document));
    else for (const item of items.slice(0, OBJECTS_MAX - looked).reverse()) waiting.push(item);
  }
  return objects;
}

function itemsOf({ kind, items }: Readonly<Record<string, unknown>>): readonly unknown[] | undefined {
  return Array.isArray(items) && typeof kind === "string" && kind.endsWith("List") ? items : undefined;
}

function objectOf(content: Readonly<Record<string, unknown>>): RenderedObject[] {
  const { apiVersion, kind } = content;
  if (typeof apiVersion !== "string" || typeof kind !== "string") return [];
  const { namespace, annotations, ...names } = recordOf(content["metadata"]);
  if (isTestHook(recordOf(annotations))) return [];
  return [
    {
      apiVersion: short(apiVersion),
      group: groupOf(apiVersion),
      kind: short(kind),
      name: nameOf(names),
      namespace: typeof namespace === "string" && namespace !== "" ? short(namespace) : null,
      content,
    },
  ];
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash === -1 ? "" : short(apiVersion.slice(0, slash));
}

/** An object, or an empty one in place of anything else. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

/** The objects in a list; none in anything else. */
export function recordsOf(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.slice(0, ITEMS_MAX).filter(isRecord) : [];
}

/** A chart's text within a sentence of ours: one line, of no more than a name's length. */
export function short(text: string): string {
  return text.slice(0, NAME_MAX).replaceAll(/\s+/g, " ");
}

/** The same of whatever is a text or a number; empty for anything else. */
export function shortOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? short(String(value)) : "";
}

/** The texts in a list; none in anything else. */
export function shortsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.slice(0, ITEMS_MAX).map(shortOf) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nameOf({ name, generateName }: Readonly<Record<string, unknown>>): string {
  if (typeof name === "string" && name !== "") return short(name);
  return typeof generateName === "string" ? `${short(generateName)}*` : "without a name";
}

function isTestHook({ "helm.sh/hook": hook }: Readonly<Record<string, unknown>>): boolean {
  if (typeof hook !== "string") return false;
  return short(hook)
    .split(",")
    .every((event) => ["test", "test-success", "test-failure"].includes(event.trim()));
}
