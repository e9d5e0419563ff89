import type { PlacedDeployment } from "@platz/db/queries/deployments";
import type { OperationKind, OperationOf, RequestedOperation } from "@platz/domain";
import type { ServiceContext } from "../../context.ts";

export type RequestedKind = RequestedOperation["kind"];

type ByKind = { [O in RequestedOperation as O["kind"]]: O };
/** What a person sends to ask for an operation of this kind. */
export type RequestedOf<K extends RequestedKind> = { [P in K]: ByKind[P] & { readonly kind: P } }[K];

/** What is asked for, for the first time or again. */
export type Asked<K extends RequestedKind> = RequestedOf<K> & {
  /** The stored operation that is asked for again: what is sealed in it stays sealed. */
  readonly again?: OperationOf<K>;
};

/** Who may ask for an operation, and when. The deployment is locked, enabled and not being deleted. */
export interface OperationPolicy<K extends RequestedKind & OperationKind> {
  /** Checks rights, state and what was sent, and gives the operation to be stored. */
  prepare(
    context: ServiceContext,
    deployment: PlacedDeployment,
    requested: Asked<K>,
  ): Promise<OperationOf<K>>;
}
