export { type AppRouter, appRouter, createCaller } from "./app-router.ts";
export type { ApiContext, SignIn } from "./context.ts";
export { permissionMatrix } from "./permission-matrix.ts";
