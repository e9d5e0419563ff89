import type { Database, Queryable } from "@platz/db";
import type { Totals } from "@platz/db/queries/list-of";
import type { Identity } from "@platz/domain";
import type { KeyRing } from "@platz/sealing";
import { type AccessScope, loadAccessScope } from "./access/access-scope.ts";
import { narrowScope } from "./access/narrow-scope.ts";
import type { ChartComputer } from "./chart/chart-computer.ts";
import { type CredentialGrant, wholeGrant } from "./identity/credential-grant.ts";

/** A database or an open transaction in which another one may be opened. */
export type ServiceDatabase = Queryable & Pick<Database, "transaction">;

/** What verbs need whoever asks. */
export interface ServiceDependencies {
  readonly db: ServiceDatabase;
  readonly keyring: KeyRing;
  /** Where people and deployments reach this installation. */
  readonly ownUrl: string;
  /** First labels of hosts, and whole hosts, that no deployment may have, besides `platz` and the host of `ownUrl`. */
  readonly reservedHosts?: readonly string[] | undefined;
  now(): Date;
  readonly log?: ServiceLog | undefined;
  /** Computes what charts decide; absent: in this process. */
  readonly computer?: ChartComputer | undefined;
  /** Remembers how long lists are; absent: they are counted each time. */
  readonly totals?: Totals | undefined;
}

/** Where verbs say what no caller is told. Any logger with these methods will do. */
export interface ServiceLog {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
}

/** Who asks, what they may see, and where to ask: the first parameter of every verb. */
export interface ServiceContext extends ServiceDependencies {
  readonly identity: Identity;
  readonly scope: AccessScope;
  /** What their credential lets them do of that. */
  readonly grant: CredentialGrant;
  /** By which request; absent where no request asks, as in a script. */
  readonly origin?: RequestOrigin | undefined;
}

/** The request behind a verb, for the audit log. */
export interface RequestOrigin {
  /** The procedure, as `deployments.update`. */
  readonly action: string;
  readonly requestId: string | null;
  /** The network address that it came from. */
  readonly address: string | null;
}

/**
 * The context of a caller who has proved who they are. Reads their rights afresh, so that a change of rights counts
 * from the next request on. Throws `Unauthenticated` when they are gone or deactivated.
 */
export async function openContext(
  dependencies: ServiceDependencies,
  identity: Identity,
  grant: CredentialGrant = wholeGrant,
): Promise<ServiceContext> {
  return { ...dependencies, ...(await readCaller(dependencies.db, { identity, grant })) };
}

/** What a caller may see through their credential, read afresh. Throws `Unauthenticated` when they are gone or deactivated. */
export async function readCaller<Caller extends Pick<ServiceContext, "identity" | "grant">>(
  db: Queryable,
  caller: Caller,
): Promise<Caller & Pick<ServiceContext, "scope">> {
  const scope = narrowScope(await loadAccessScope(db, caller.identity), caller.grant);
  return { ...caller, scope };
}

/** Runs a verb's statements as one: all of them hold, or none. */
export async function inTransaction<Result>(
  context: ServiceContext,
  work: (context: ServiceContext) => Promise<Result>,
): Promise<Result> {
  return await context.db.transaction((db) => work({ ...context, db }));
}
