import { isUnavailable } from "@platz/db";
import { Unavailable } from "@platz/domain";

/** What a caller may be told of a failure that is nobody's fault: that the database is away. Anything else is a bug. */
export function outageOf(error: unknown): Unavailable | undefined {
  if (!isUnavailable(error)) return undefined;
  return new Unavailable("The database cannot be reached now: try again in a moment.", { cause: error });
}
