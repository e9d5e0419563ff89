import { TRPCError } from "@trpc/server";

/** How a call ended: `ok`, or the code of its refusal. */
export async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "ok";
  } catch (error) {
    return error instanceof TRPCError ? error.code : String(error);
  }
}
