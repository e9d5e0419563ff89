import type { PlacedEvent } from "@platz/db/queries/row-events";
import { type EnvId, EventTable, type RowEvent } from "@platz/domain";
import { seesEnv } from "../access/access-scope.ts";
import type { ServiceContext } from "../context.ts";
import type { EventFeed, FeedPiece } from "./event-feed.ts";
import { concernsRightsOf, mayHear } from "./may-hear.ts";

/** What a follower is told, each with a position from which it can go on later. */
export type ChangeMessage =
  /** It begins here: read what you show now, changes follow. */
  | { readonly type: "ready" }
  | ({ readonly type: "change" } & RowEvent)
  /** Changes may have been missed, or rights have changed: read everything that you show again. */
  | { readonly type: "resync"; readonly reason: "too far behind" | "rights changed" }
  /** Nothing for this follower happened up to here: so that coming back later starts late. */
  | { readonly type: "position" };

export interface PositionedMessage {
  readonly position: number;
  readonly message: ChangeMessage;
}

export interface Following {
  readonly feed: EventFeed;
  /** The position to go on from; without one, from now. */
  readonly after?: number | undefined;
  readonly tables?: readonly EventTable[] | undefined;
  readonly envIds?: readonly EnvId[] | undefined;
  /** The caller's rights as they are now. Throws `Unauthenticated` when they are signed out, revoked or gone. */
  revalidate(): Promise<ServiceContext>;
  readonly signal: AbortSignal;
}

/** Rights that end by time alone (an expired token) are noticed within this time. */
const REVALIDATE_MS = 30_000;
/** After how many changes that are none of theirs a follower is told the position. */
const POSITION_AFTER = 500;

/**
 * The changes that a caller may see, in order, each once, until the signal aborts (API spec 9.5): ids and versions
 * only, the data is read back under the reader's own rights. Rights are read again whenever they change, and now and
 * then; what a follower may no longer see it no longer hears of.
 */
export async function* followChanges(
  context: ServiceContext,
  following: Following,
): AsyncGenerator<PositionedMessage, void> {
  const { feed, after, signal } = following;
  using _reader = feed.join();
  const follower = new Follower(context, following);
  let position = after ?? (await feed.now());
  if (after === undefined) yield { position, message: { type: "ready" } };
  for (;;) {
    const piece = await feed.next(position, signal);
    if (piece === undefined) return;
    if (follower.isDue && (await follower.hasOtherRights())) {
      yield { position, message: { type: "resync", reason: "rights changed" } };
    }
    yield* follower.messagesOf(piece);
    position = piece.position;
  }
}

/** One follower: who it is now, and how far it has been told. */
class Follower {
  #context: ServiceContext;
  #checkedAt = performance.now();
  /** The position of what was told last. */
  #told: number | undefined;
  readonly #following: Following;

  constructor(context: ServiceContext, following: Following) {
    this.#context = context;
    this.#following = following;
  }

  /** Whether the rights were read so long ago that they are to be read again. */
  get isDue(): boolean {
    return performance.now() - this.#checkedAt > REVALIDATE_MS;
  }

  /** Reads the rights again, and says whether they are others than before. */
  async hasOtherRights(): Promise<boolean> {
    const before = this.#context;
    this.#context = await this.#following.revalidate();
    this.#checkedAt = performance.now();
    return !sameRights(before, this.#context);
  }

  async *messagesOf(piece: FeedPiece): AsyncGenerator<PositionedMessage, void> {
    if (piece.kind === "gap") {
      yield this.#tell(piece.position, { type: "resync", reason: "too far behind" });
      return;
    }
    for (const event of piece.events) {
      const message = await this.#messageOf(event);
      if (message !== undefined) yield this.#tell(event.position, message);
    }
    this.#told ??= piece.position;
    if (piece.position - this.#told >= POSITION_AFTER) yield this.#tell(piece.position, { type: "position" });
  }

  async #messageOf(event: PlacedEvent): Promise<ChangeMessage | undefined> {
    if (concernsRightsOf(this.#context, event) && (await this.hasOtherRights())) {
      return { type: "resync", reason: "rights changed" };
    }
    return changeFor(this.#context, event, this.#following);
  }

  #tell(position: number, message: ChangeMessage): PositionedMessage {
    this.#told = position;
    return { position, message };
  }
}

/** What this caller is told of a change, if anything. Envs that they do not see are left out. */
function changeFor(
  context: ServiceContext,
  event: PlacedEvent,
  { tables, envIds }: Following,
): ChangeMessage | undefined {
  const table = EventTable.safeParse(event.table).data;
  if (table === undefined || (tables !== undefined && !tables.includes(table))) return undefined;
  if (!mayHear(context, event)) return undefined;
  const seen = event.envIds.filter((id) => seesEnv(context.scope, id));
  const isElsewhere =
    envIds !== undefined && event.envIds.length > 0 && !seen.some((id) => envIds.includes(id));
  if (isElsewhere) return undefined;
  const { operation, id, version } = event;
  return { type: "change", table, operation, id, version, envIds: seen };
}

function sameRights({ scope: a }: ServiceContext, { scope: b }: ServiceContext): boolean {
  const text = ({ envs, adminOf, isSiteAdmin }: ServiceContext["scope"]) =>
    JSON.stringify([envs === "all" ? envs : envs.toSorted(), adminOf.toSorted(), isSiteAdmin]);
  return text(a) === text(b);
}
