import { TooManyRequests } from "@platz/domain";
import type { ServiceContext } from "../context.ts";
import { countAgainst, rateLimits } from "../rate-limit/rate-limits.ts";
import { reachOf } from "./token-reach.ts";

const { max } = rateLimits["task:deployment"];

/**
 * Counts a task that the token of a deployment asks for or causes. Throws `TooManyRequests` when it has had those of the
 * hour. Within a transaction, so that what is refused for another reason counts nothing.
 */
export async function countTaskOfDeployment(context: ServiceContext): Promise<void> {
  if ((await reachOf(context)) === undefined) return;
  try {
    await countAgainst(context, [{ limit: "task:deployment", subject: context.identity.id }]);
  } catch (error) {
    if (!(error instanceof TooManyRequests)) throw error;
    const minutes = Math.ceil(error.retryAfterMs / 60_000);
    throw new TooManyRequests(
      error.retryAfterMs,
      `A deployment may ask for ${max} tasks an hour, and this one has: wait ${minutes} minutes, then try again.`,
    );
  }
}
