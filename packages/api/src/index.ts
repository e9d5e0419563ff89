export { type AppRouter, appRouter, createCaller } from "./app-router.ts";
export { CallersAtOnce, callerName } from "./at-once.ts";
export type { ApiContext, CallOutcome, SignIn, WatchedCall } from "./context.ts";
export { permissionMatrix, type Route, routeMatrix } from "./permission-matrix.ts";
export { requireRoute } from "./require-route.ts";
