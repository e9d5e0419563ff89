import { isClientError } from "@platz/client";
import type { CallOptions, Page, PageRequest } from "../platz/lists.ts";
import { isPlatzErrorKind, PlatzError, type PlatzErrorKind } from "./platz-error.ts";

export interface Query<Input, Output> {
  query(input: Input, options?: CallOptions): Promise<Output>;
}
export interface Mutation<Input, Output> {
  mutate(input: Input, options?: CallOptions): Promise<Output>;
}

/** Makes calls that end in time and fail with a `PlatzError`. */
export function callsWithin(timeoutMs: number) {
  async function attempt<Output>(
    call: (options: CallOptions) => Promise<Output>,
    { signal }: CallOptions = {},
  ): Promise<Output> {
    const inTime = AbortSignal.timeout(timeoutMs);
    try {
      return await call({ signal: signal ? AbortSignal.any([signal, inTime]) : inTime });
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw inTime.aborted ? unreachable(`no answer within ${timeoutMs} ms`, error) : toPlatzError(error);
    }
  }
  const query =
    <Input, Output>(procedure: Query<Input, Output>) =>
    (input: Input, options?: CallOptions) =>
      attempt((within) => procedure.query(input, within), options);
  const mutation =
    <Input, Output>(procedure: Mutation<Input, Output>) =>
    (input: Input, options?: CallOptions) =>
      attempt((within) => procedure.mutate(input, within), options);
  return {
    query,
    mutation,
    get:
      <Output>(procedure: Query<{ id: string }, Output>) =>
      (id: string, options?: CallOptions) =>
        query(procedure)({ id }, options),
    remove:
      (procedure: Mutation<{ id: string }, unknown>) =>
      async (id: string, options?: CallOptions): Promise<void> => {
        await mutation(procedure)({ id }, options);
      },
    listed<Request extends { page?: PageRequest | undefined }, Item>(
      // biome-ignore lint/suspicious/noConfusingVoidType: tRPC says so of an input that may be left out.
      procedure: Query<Request | void, Page<Item>>,
      nothing: NoInfer<Request>,
    ) {
      const list = query(procedure);
      return {
        list: (request: Request = nothing, options?: CallOptions) => list(request, options),
        async *all(request: Request = nothing, options?: CallOptions) {
          let cursor: string | undefined;
          do {
            const page = { ...request.page, ...(cursor !== undefined && { cursor }) };
            const part = await list({ ...request, page }, options);
            yield* part.items;
            cursor = part.nextCursor ?? undefined;
          } while (cursor !== undefined);
        },
      };
    },
  };
}

/** A failure in our words, whatever it was before. */
export function toPlatzError(error: unknown): PlatzError {
  if (error instanceof PlatzError) return error;
  if (!isClientError(error))
    return unreachable(error instanceof Error ? error.message : String(error), error);
  const { kind, code, issues } = error.data ?? {};
  return new PlatzError(error.message, { kind: kindOf(kind, code), issues: issues ?? [], cause: error });
}

/** What was refused before anything looked at it has no kind of its own: it was no request that could be read. */
function kindOf(kind: unknown, code: unknown): PlatzErrorKind {
  if (isPlatzErrorKind(kind)) return kind;
  return code === "INTERNAL_SERVER_ERROR" ? "internal" : "invalid";
}

function unreachable(reason: string, cause: unknown): PlatzError {
  return new PlatzError(`Platz cannot be reached: ${reason}`, { kind: "unreachable", cause });
}
