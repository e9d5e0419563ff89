export { type AppRouter, appRouter, createCaller } from "./app-router.ts";
export type { ApiContext, CallOutcome, SignIn, WatchedCall } from "./context.ts";
export { permissionMatrix } from "./permission-matrix.ts";
