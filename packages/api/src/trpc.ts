import { BATCH_CALLS_MAX, DomainError, type FieldIssue, Forbidden, Invalid, NotFound } from "@platz/domain";
import { addressGroup, noteDenial, requireCaller } from "@platz/services";
import { failSpan, inSpan, noteOnSpan } from "@platz/telemetry";
import { initTRPC } from "@trpc/server";
import { ZodError, z } from "zod";
import { callerName } from "./at-once.ts";
import type { ApiContext } from "./context.ts";
import { kindOfError, toTRPCError } from "./error-mapping.ts";
import { requireHarmlessInput } from "./harmless-input.ts";
import { inputRefusal } from "./input-refusal.ts";
import { permissionOf } from "./permission-matrix.ts";

/** What tRPC says of more calls in one request than there may be, which does not say how many those are. */
const TOO_LARGE_BATCH = "Batch call exceeds maximum size";

const t = initTRPC.context<ApiContext>().create({
  // Never stacks, wherever this runs: tRPC would decide by NODE_ENV.
  isDev: false,
  // Proxies cut what is silent for long; a client that hears nothing for half a minute comes back by itself.
  sse: { ping: { enabled: true, intervalMs: 10_000 }, client: { reconnectAfterInactivityMs: 30_000 } },
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    message:
      shape.message === TOO_LARGE_BATCH
        ? `Send at most ${BATCH_CALLS_MAX} calls in one request.`
        : shape.message,
    data: { ...shape.data, kind: kindOf(error.cause), issues: issuesOf(error.cause) },
  }),
});

/** Stands before everything else, so that what it sees is what the caller gets. */
const watched = t.middleware(async ({ ctx, next, path }) => {
  const attributes = { "rpc.system": "trpc", "rpc.method": path };
  return await inSpan(path, { attributes }, async () => {
    const call = ctx.watchCall?.(path);
    const result = await next();
    const outcome = result.ok ? "ok" : kindOfError(result.error);
    call?.end(outcome);
    noteOnSpan({ "platz.outcome": outcome });
    if (outcome === "internal" || outcome === "unavailable") failSpan(outcome);
    return result;
  });
});

const translateErrors = t.middleware(async ({ next }) => {
  const result = await next();
  if (!result.ok) throw toTRPCError(result.error);
  return result;
});

const harmlessInput = t.middleware(async ({ next, getRawInput }) => {
  requireHarmlessInput(await getRawInput());
  return next();
});

/** A procedure that anybody may call, signed in or not, if the permission matrix says so. */
export const publicProcedure = t.procedure
  .use(watched)
  .use(translateErrors)
  .use(async ({ ctx, next, path }) => {
    if (permissionOf(path) !== "public") throw new Forbidden("Nobody may do this.");
    if (ctx.address === undefined) return await next();
    const leave = ctx.atOnce?.enter("public calls", addressGroup(ctx.address));
    return await next().finally(leave);
  })
  .use(harmlessInput);

/** A procedure for callers with the permission that the matrix names for it. Without one nobody gets through. */
export const procedure = t.procedure
  .use(watched)
  .use(translateErrors)
  .use(async ({ ctx, next, path }) => {
    const origin = { action: path, requestId: ctx.requestId ?? null, address: ctx.address ?? null };
    return next({ ctx: { ...(await ctx.authenticate()), origin, api: ctx } });
  })
  .use(async ({ ctx, next, type, signal }) => {
    if (type !== "subscription") {
      const leave = ctx.api.atOnce?.enter("calls", callerName(ctx));
      return await next().finally(leave);
    }
    const leave = ctx.api.atOnce?.enter("streams", callerName(ctx)) ?? (() => {});
    const result = await next();
    if (!result.ok || !isStream(result.data)) {
      leave();
      return result;
    }
    signal?.addEventListener("abort", leave, { once: true });
    return { ...result, data: until(result.data, leave) };
  })
  .use(async ({ ctx, next, type, getRawInput }) => {
    const result = await next();
    if (type === "mutation") ctx.api.noteChange();
    if (!result.ok && isDenial(result.error.cause, type)) {
      const about = idsIn(await getRawInput().catch(() => undefined));
      await noteDenial(ctx, { reason: result.error.message, about });
    }
    return result;
  })
  .use(async ({ ctx, next, path, type }) => {
    const permission = permissionOf(path);
    if (permission === undefined) throw new Forbidden("Nobody may do this.");
    requireCaller(ctx, permission);
    if (ctx.grant.readOnly && type === "mutation")
      throw new Forbidden("This token may look, and change nothing.");
    return next();
  })
  .use(harmlessInput);

function isStream(data: unknown): data is AsyncIterable<unknown> {
  return typeof data === "object" && data !== null && Symbol.asyncIterator in data;
}

/** The same stream; `ended` is called when it is over. */
async function* until(stream: AsyncIterable<unknown>, ended: () => void): AsyncGenerator<unknown, void> {
  try {
    yield* stream;
  } finally {
    ended();
  }
}

/** A write to what looks absent is a denial as well: it may be there, out of the caller's sight. */
function isDenial(cause: unknown, type: "query" | "mutation" | "subscription"): boolean {
  return cause instanceof Forbidden || (type === "mutation" && cause instanceof NotFound);
}

/** The fields of a refused input that tell which env it was about. */
const telling = z
  .object({ envId: z.uuid(), id: z.uuid(), deploymentId: z.uuid(), clusterId: z.uuid() })
  .partial()
  .catch({});

function idsIn(input: unknown): string[] {
  const { envId, id, deploymentId, clusterId } = telling.parse(input);
  return [envId, id, deploymentId, clusterId].filter((given) => given !== undefined);
}

export const { router, createCallerFactory } = t;

function kindOf(cause: unknown): string | null {
  return cause instanceof DomainError ? cause.kind : null;
}

/** Which fields were refused, for a form to show beside them. */
function issuesOf(cause: unknown): readonly FieldIssue[] {
  if (cause instanceof Invalid) return cause.issues;
  return cause instanceof ZodError ? inputRefusal(cause).issues : [];
}
