import type { z } from "zod";
import { appRouter } from "../app-router.ts";
import type { permissionMatrix } from "../permission-matrix.ts";
import { calls } from "./calls.ts";

/** The name of a procedure with its router. */
export type Path = keyof typeof permissionMatrix;

interface Procedure {
  readonly _def: {
    readonly type: "query" | "mutation" | "subscription";
    readonly inputs: readonly z.ZodType[];
  };
}

/** At run time tRPC keeps procedures by their whole path; its types keep them nested. */
export const procedures = appRouter._def.procedures as unknown as Readonly<Record<string, Procedure>>;

/** What changes something. Signing in is behind a port here; its own tests are in `packages/services`. */
export const writes = (Object.keys(calls) as Path[]).filter(
  (path) => procedures[path]?._def.type === "mutation" && !path.startsWith("signIn."),
);
