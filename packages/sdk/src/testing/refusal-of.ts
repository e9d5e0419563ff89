import { Refusal } from "../refusal.ts";

/** How an attempt was refused. Throws when it was let in. */
export async function refusalOf(attempt: Promise<unknown>): Promise<Refusal> {
  const error = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof Refusal) return error;
  throw new Error("it was let in", { cause: error });
}
