import { Invalid } from "@platz/domain";
import { type CheckedRequest, HelmRequest } from "./helm-request.ts";

/** The limit of what Helm stores of a release (etcd's, for one object), which values that long would exceed. */
const VALUES_BYTES_MAX = 1024 * 1024;

/** Refuses, with `Invalid`, what must not reach a command line or cannot become a release. The message repeats no value. */
export function checkRequest(request: HelmRequest): CheckedRequest {
  const result = HelmRequest.safeParse(request);
  if (!result.success) {
    const issues = result.error.issues.map(({ path, message }) => ({ path: path.map(segment), message }));
    throw Invalid.fields("The request to Helm", issues);
  }
  if ("values" in result.data) {
    const sizeBytes = result.data.values.reduce((sum, document) => sum + Buffer.byteLength(document), 0);
    if (sizeBytes > VALUES_BYTES_MAX) {
      throw new Invalid(
        `The values have ${sizeBytes} bytes, more than the ${VALUES_BYTES_MAX} that Helm can store with a release; make them shorter.`,
      );
    }
  }
  return result.data;
}

function segment(part: PropertyKey): string | number {
  return typeof part === "symbol" ? part.toString() : part;
}
