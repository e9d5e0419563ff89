import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Caller } from "../caller/caller.ts";
import { type Call, createHandler, type Handler, type HandlerOptions } from "./handler.ts";
import { BODY_BYTES_MAX, fitted, readJson } from "./read-body.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What an action is invoked with. */
export interface ActionCall<Body> {
  /** The filled-in form of the action, as its schema gives it. */
  readonly body: Body;
  readonly caller: Caller;
  /** Names this invocation, also when it arrives a second time; `null` when nothing was sent along. */
  readonly idempotencyKey: string | null;
  /** Aborts when whoever invoked it has gone. */
  readonly signal: AbortSignal;
}

export interface ActionDefinition<Body> {
  /** `method` of the chart's action; `POST` unless told. */
  readonly method?: Method;
  /** What the body has to be: a schema of zod, or of any other library of Standard Schema. Without one, any JSON. */
  readonly body?: StandardSchemaV1<unknown, Body>;
  /** Does it. What it gives is answered as JSON, and stands in the log of the task; nothing is answered with 204. */
  readonly run: (call: ActionCall<Body>) => unknown;
}

/** An action, made by `action`. */
export interface Action {
  readonly method: Method;
  readonly answer: (call: Call, maxBodyBytes: number) => Promise<Response>;
}

/** Says what an action takes and does. */
export function action<Body = unknown>(definition: ActionDefinition<Body>): Action;
export function action({ method = "POST", body: schema, run }: ActionDefinition<unknown>): Action {
  return {
    method,
    async answer({ request, caller }, maxBodyBytes) {
      const json = await readJson(request, maxBodyBytes);
      const body = schema === undefined ? json : await fitted(schema, json);
      const idempotencyKey = request.headers.get("idempotency-key");
      return jsonOrNothing(await run({ body, caller, idempotencyKey, signal: request.signal }));
    },
  };
}

export interface ActionsOptions extends HandlerOptions {
  /** What stands before the name of each action in `path` of the chart's actions; `/platz/actions` unless told. */
  readonly basePath?: string;
  /** Longer bodies are refused; 1 MiB unless told. */
  readonly maxBodyBytes?: number;
  /** By the last part of their path. */
  readonly actions: Readonly<Record<string, Action>>;
}

/** Answers the actions of the chart: `<basePath>/<name>`, for each name. */
export function serveActions(options: ActionsOptions): Handler {
  const { basePath = "/platz/actions", maxBodyBytes = BODY_BYTES_MAX, actions, ...others } = options;
  const routes = Object.entries(actions).map(([name, { method, answer }]) => ({
    method,
    path: `${basePath}/${encodeURIComponent(name)}`,
    answer: (call: Call) => answer(call, maxBodyBytes),
  }));
  return createHandler({ ...others, maxBodyBytes }, routes);
}

function jsonOrNothing(value: unknown): Response {
  return value === undefined ? new Response(null, { status: 204 }) : Response.json(value);
}
