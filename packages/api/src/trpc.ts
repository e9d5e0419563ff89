import { DomainError, type FieldIssue, Forbidden, Invalid, NotFound } from "@platz/domain";
import { recordDenial, requireCaller, type ServiceContext } from "@platz/services";
import { failSpan, inSpan, noteOnSpan } from "@platz/telemetry";
import { initTRPC } from "@trpc/server";
import { ZodError } from "zod";
import type { ApiContext } from "./context.ts";
import { kindOfError, toTRPCError } from "./error-mapping.ts";
import { requireHarmlessInput } from "./harmless-input.ts";
import { permissionOf } from "./permission-matrix.ts";

const t = initTRPC.context<ApiContext>().create({
  // Never stacks, wherever this runs: tRPC would decide by NODE_ENV.
  isDev: false,
  // Proxies cut what is silent for long; a client that hears nothing for half a minute comes back by itself.
  sse: { ping: { enabled: true, intervalMs: 10_000 }, client: { reconnectAfterInactivityMs: 30_000 } },
  errorFormatter: ({ shape, error }) => ({
    ...shape,
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
  .use(async ({ next, path }) => {
    if (permissionOf(path) !== "public") throw new Forbidden("Nobody may do this.");
    return next();
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
  .use(async ({ ctx, next, type }) => {
    const result = await next();
    if (type === "mutation") ctx.api.noteChange();
    if (!result.ok && isDenial(result.error.cause, type)) await noteDenial(ctx, result.error.message);
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

/** A write to what looks absent is a denial as well: it may be there, out of the caller's sight. */
function isDenial(cause: unknown, type: "query" | "mutation" | "subscription"): boolean {
  return cause instanceof Forbidden || (type === "mutation" && cause instanceof NotFound);
}

/** The answer stays what it is when the log cannot be written. */
async function noteDenial(context: ServiceContext, reason: string): Promise<void> {
  try {
    await recordDenial(context, reason);
  } catch (error) {
    context.log?.warn({ error, action: context.origin?.action }, "a denial could not be recorded");
  }
}

export const { router, createCallerFactory } = t;

function kindOf(cause: unknown): string | null {
  return cause instanceof DomainError ? cause.kind : null;
}

/** Which fields were refused, for a form to show beside them. */
function issuesOf(cause: unknown): readonly FieldIssue[] {
  if (cause instanceof Invalid) return cause.issues;
  if (!(cause instanceof ZodError)) return [];
  return cause.issues.map(({ path, message }) => ({
    path: path.map((part) => (typeof part === "number" ? part : String(part))),
    message,
  }));
}
