import { featuresOf, type Need } from "@platz/chart-ext";
import type { PlacedDeployment } from "@platz/db/queries/deployments";
import type { SecretsAmong } from "@platz/db/queries/secrets";
import { findTokenFacts } from "@platz/db/queries/token-facts";
import { type DeploymentId, Forbidden, SecretId, type SecretSummary, Unauthenticated } from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import { deploymentLabel } from "../deployment/deployment-label.ts";

/** What somebody wants of a deployment: to see how it is configured and what its tasks wrote, or to act on it as well. */
export type Access = "read" | "act";

type Target = Pick<PlacedDeployment, "id" | "kindName">;

/**
 * How far the token of a deployment reaches beyond the lists and summaries of its env: to itself, to what its inputs
 * refer to, and to what its chart declares that it needs.
 */
export class TokenReach {
  readonly #self: DeploymentId;
  readonly #deployments: ReadonlySet<string>;
  readonly #items: ReadonlySet<string>;
  readonly #needs: readonly Need[];
  /** The secrets whose names it sees. */
  readonly secrets: SecretsAmong;

  constructor(
    self: DeploymentId,
    {
      needs,
      references,
    }: {
      readonly needs: readonly Need[];
      readonly references: readonly { readonly collection: string; readonly itemId: string }[];
    },
  ) {
    const idsIn = (name: string) =>
      references.filter(({ collection }) => collection === name).map(({ itemId }) => itemId);
    this.#self = self;
    this.#deployments = new Set(idsIn("deployments"));
    this.#items = new Set(references.map(({ itemId }) => itemId));
    this.#needs = needs;
    this.secrets = {
      ids: idsIn("secrets").map((id) => SecretId.parse(id)),
      collections: needs.flatMap((need) => ("secrets" in need ? need.secrets : [])),
    };
  }

  /** Whether it may do this with a deployment of its env. */
  covers({ id, kindName }: Target, access: Access): boolean {
    if (id === this.#self || this.#deployments.has(id)) return true;
    return this.#needs.some(
      (need) =>
        "deployments" in need &&
        (need.deployments === "*" || need.deployments === kindName) &&
        (need.access === "act" || access === "read"),
    );
  }

  /** Whether its inputs refer to this item of a collection. */
  refersTo(itemId: string): boolean {
    return this.#items.has(itemId);
  }

  seesSecret({ id, collection }: Pick<SecretSummary, "id" | "collection">): boolean {
    return this.secrets.ids.includes(id) || this.secrets.collections.includes(collection);
  }
}

/**
 * How far the caller reaches; `undefined` for people and bots, whose roles say it, and for deployments of kinds whose
 * tokens still act on their whole env.
 */
export async function reachOf({ db, identity }: ServiceContext): Promise<TokenReach | undefined> {
  if (identity.kind !== "Deployment") return undefined;
  const facts = await findTokenFacts(db, identity.id);
  if (facts === undefined) throw new Unauthenticated("The deployment that this token was made for is gone.");
  if (facts.legacyTokenRights) return undefined;
  return new TokenReach(identity.id, {
    needs: featuresOf(facts.features).needs,
    references: facts.references,
  });
}

/** Refuses a deployment whose token does not reach another one of its env. `to` finishes "… may …". */
export async function requireReach(
  context: ServiceContext,
  deployment: PlacedDeployment,
  { access, to }: { readonly access: Access; readonly to: string },
): Promise<void> {
  const reach = await reachOf(context);
  if (reach === undefined || reach.covers(deployment, access)) return;
  throw new Forbidden(
    `Only what refers to ${deploymentLabel(deployment)} in its inputs, or whose chart declares it under "needs", may ${to}.`,
  );
}
