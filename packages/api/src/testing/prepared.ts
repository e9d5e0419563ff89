import type { Database } from "@platz/db";
import type { TestWorld } from "@platz/services/testing";
import type { createCaller } from "../app-router.ts";

export type Call = (caller: ReturnType<typeof createCaller>) => Promise<unknown>;
/** Makes what the call is about, anew for each caller. */
export type Prepare = (world: Prepared) => Promise<Call> | Call;
export type Prepared = TestWorld & { readonly db: Database };
