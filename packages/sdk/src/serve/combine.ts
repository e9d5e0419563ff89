import { type Handler, pathOf } from "./handler.ts";

/** Several handlers as one: each request goes to the first that handles its path, and there is nothing at others. */
export function combine(...handlers: readonly Handler[]): Handler {
  return {
    handles: (request) => handlers.some((handler) => handler.handles(request)),
    async fetch(request) {
      const handler = handlers.find((each) => each.handles(request));
      if (handler !== undefined) return await handler.fetch(request);
      return Response.json({ error: `There is nothing at ${pathOf(request)}.` }, { status: 404 });
    },
  };
}
