import { z } from "zod";

const PER_PAGE_MAX = 500;

/**
 * Which part of a list: a 1-based page, or what follows a cursor that an earlier part ended with. More than 500 rows a
 * page are clamped to 500 (API spec 5.3, W-35).
 */
export const PageRequest = z.strictObject({
  page: z.int32().min(1).default(1),
  perPage: z
    .int32()
    .min(1)
    .default(50)
    .transform((rows) => Math.min(rows, PER_PAGE_MAX)),
  /** `nextCursor` of the part before; `page` does not count then. */
  cursor: z.string().min(1).max(4096).optional(),
});
export type PageRequest = z.output<typeof PageRequest>;

/** One part of a list and how many rows there are in all, also past the end. */
export interface Page<Item> {
  readonly page: number;
  readonly perPage: number;
  readonly items: readonly Item[];
  readonly numTotal: number;
  /** What the next part begins after; `null` at the end. Rows that come and go meanwhile shift nothing. */
  readonly nextCursor: string | null;
}

/** What each list can be sorted by; the first is the order of whoever asks for none. `-` before it turns it round. */
export const listSorts = {
  auditLog: ["-seq"],
  bots: ["createdAt", "displayName"],
  botTokens: ["createdAt", "name"],
  charts: ["-createdAt"],
  clusters: ["createdAt", "name"],
  deploymentPermissions: ["createdAt"],
  deploymentResources: ["createdAt", "name"],
  deploymentResourceTypes: ["createdAt", "key"],
  deployments: ["createdAt", "name"],
  deploymentTasks: ["-executeAt", "createdAt"],
  envs: ["createdAt", "name"],
  envUserPermissions: ["createdAt"],
  k8sResources: ["kind", "name", "lastUpdatedAt"],
  kindGrants: ["createdAt"],
  kinds: ["createdAt", "name"],
  registries: ["createdAt", "repoName"],
  resourceOffers: ["createdAt"],
  secrets: ["createdAt", "name"],
  sessions: ["-createdAt"],
  statusChanges: ["-createdAt"],
  tagFormats: ["-createdAt"],
  upgradePolicies: ["createdAt"],
  users: ["createdAt", "displayName", "email"],
  userTokens: ["createdAt", "name"],
} as const;
export type ListName = keyof typeof listSorts;

type WithoutSign<Sort extends string> = Sort extends `-${infer Column}` ? Column : Sort;
/** A column, or groups of columns, by which a list can be sorted. */
export type SortColumn<Name extends ListName> = WithoutSign<(typeof listSorts)[Name][number]>;
export type Sort<Name extends ListName> = SortColumn<Name> | `-${SortColumn<Name>}`;

/** Every value that `sort` of a list can have. */
export function sortsOf<Name extends ListName>(name: Name): [Sort<Name>, ...Sort<Name>[]] {
  const columns = listSorts[name].map((sort) => sort.replace("-", "") as SortColumn<Name>);
  const reversed = columns.map((column): Sort<Name> => `-${column}`);
  const [first, ...rest] = columns;
  if (first === undefined) throw new Error(`the list ${name} has no order`);
  return [first, ...rest, ...reversed];
}

/** Which part of which order of a list. */
export interface ListRequest<Name extends ListName> {
  readonly page: PageRequest;
  readonly sort?: Sort<Name> | undefined;
}

/** One value, or any of several. */
export type OneOf<Value> = Value | { readonly in: readonly Value[] };

/** Values at or after `from`, and before `until`. */
export interface Range<Value> {
  readonly from?: Value | undefined;
  readonly until?: Value | undefined;
}
