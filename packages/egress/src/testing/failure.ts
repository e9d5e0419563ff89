import { EgressError } from "../egress-error.ts";

/** The kind and the message with which a call failed; anything that is no `EgressError` is thrown on. */
export async function failure(work: Promise<unknown>): Promise<[kind: string, message: string]> {
  try {
    await work;
  } catch (error) {
    if (error instanceof EgressError) return [error.kind, error.message];
    throw error;
  }
  throw new Error("nothing failed");
}
