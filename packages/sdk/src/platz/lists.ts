/** What every call takes besides its input. */
export interface CallOptions {
  /** Gives up on the call. */
  readonly signal?: AbortSignal | undefined;
}

/** Which part of a list: a page, or what follows a cursor. */
export interface PageRequest {
  /** From 1. */
  page?: number | undefined;
  /** 50 unless told, 500 at most. */
  perPage?: number | undefined;
  /** `nextCursor` of the part before; `page` does not count then. */
  cursor?: string | undefined;
}

/** One part of a list. */
export interface Page<Item> {
  readonly page: number;
  readonly perPage: number;
  readonly items: readonly Item[];
  /** How many there are in all. */
  readonly numTotal: number;
  /** What the next part begins after; `null` at the end. Rows that come and go meanwhile shift nothing. */
  readonly nextCursor: string | null;
}

/** An order; `-` before the column turns it round. */
export type Sort<Column extends string> = Column | `-${Column}`;

/** Filters of a list, all of which have to hold, its order and its page. */
export type ListRequest<Filters, Column extends string> = Filters & {
  sort?: Sort<Column> | undefined;
  page?: PageRequest | undefined;
};

/** One value, or any of several. */
export type OneOf<Value> = Value | { in: Value[] };

/** Times (RFC 3339) at or after `from`, and before `until`. */
export interface TimeRange {
  from?: string | Date | undefined;
  until?: string | Date | undefined;
}

/** A list, by parts or from its beginning to its end. */
export interface Listed<Item, Filters, Column extends string> {
  /** One part. */
  readonly list: (request?: ListRequest<Filters, Column>, options?: CallOptions) => Promise<Page<Item>>;
  /** All of it, each part asked for when it is needed. */
  readonly all: (request?: ListRequest<Filters, Column>, options?: CallOptions) => AsyncIterable<Item>;
}

export type Get<Item> = (id: string, options?: CallOptions) => Promise<Item>;
export type Create<New, Item> = (input: New, options?: CallOptions) => Promise<Item>;
/** An edit based on an older `version` than the present one is a `conflict`. */
export type Update<Change, Item> = (input: Change, options?: CallOptions) => Promise<Item>;
export type Delete = (id: string, options?: CallOptions) => Promise<void>;
