import { type FieldOwner, type FieldStep, fieldOwners } from "./field-owners.ts";
import { isSameQuantity } from "./quantity.ts";

/** A field that somebody else has changed since it was applied. */
export interface ChangedField {
  /** As people write it: `spec.template.spec.containers[app].image`. */
  readonly path: string;
  readonly stated: unknown;
  readonly live: unknown;
}

/** Who applied it, and who changes fields because it was asked to, by an autoscaler. */
const APPLIER = "helm";
const CONTROLLER = "kube-controller-manager";

/**
 * The fields of an object that are not as they were applied, and that somebody else than Helm owns now. What the
 * manifest does not state is not looked at; what admission changed while Helm applied it is Helm's, and an autoscaler's
 * number of replicas is the autoscaler's.
 */
export function changedFields(stated: unknown, live: unknown): ChangedField[] {
  const owners = fieldOwners(live);
  return differences(specOf(stated), specOf(live), ["spec"])
    .filter(({ path }) => !isSettled(owners, path))
    .map(({ path, ...values }) => ({ path: pathText(path), ...values }));
}

function isSettled(owners: readonly FieldOwner[], path: readonly FieldStep[]): boolean {
  return owners.some(({ manager, owns }) => (manager === APPLIER || manager === CONTROLLER) && owns(path));
}

interface Difference {
  readonly path: readonly FieldStep[];
  readonly stated: unknown;
  readonly live: unknown;
}

function differences(stated: unknown, live: unknown, path: readonly FieldStep[]): Difference[] {
  if (isNothing(stated) && isNothing(live)) return [];
  if (Array.isArray(stated) && Array.isArray(live)) return itemDifferences(stated, live, path);
  if (isObject(stated) && isObject(live)) {
    return Object.entries(stated).flatMap(([key, value]) => differences(value, live[key], [...path, key]));
  }
  return isSame(stated, live) ? [] : [{ path, stated, live }];
}

/** Items that have names are the same by name, whatever stands beside them; others by their place. */
function itemDifferences(
  stated: readonly unknown[],
  live: readonly unknown[],
  path: readonly FieldStep[],
): Difference[] {
  const names = stated.map(nameOf);
  if (names.every((name) => name !== undefined) && new Set(names).size === names.length) {
    const byName = new Map(live.map((item) => [nameOf(item), item]));
    return stated.flatMap((item, index) => {
      const name = names[index] ?? "";
      return differences(item, byName.get(name), [...path, { item: name }]);
    });
  }
  const isUnlike =
    stated.length !== live.length ||
    stated.some((item, index) => differences(item, live[index], path).length > 0);
  return isUnlike ? [{ path, stated, live }] : [];
}

/** What the API server leaves out when it stores an object. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === "") return true;
  return typeof value === "object" && Object.values(value).every(isNothing);
}

function isSame(stated: unknown, live: unknown): boolean {
  if (isObject(stated) || isObject(live)) return false;
  const [a, b] = [String(stated), String(live)];
  return live !== undefined && (a === b || isSameQuantity(a, b));
}

function pathText(path: readonly FieldStep[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step !== "string") return `${text}[${step.item}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

function nameOf(item: unknown): string | undefined {
  return isObject(item) && typeof item["name"] === "string" ? item["name"] : undefined;
}

const specOf = (object: unknown): unknown => (isObject(object) ? object["spec"] : undefined);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
