/**
 * Whether a failure of Helm's means that it did not get through to the cluster, so that nothing was changed and the run
 * may be tried again.
 */
export function isUnreachable(failure: string): boolean {
  return /^(?:(?:INSTALLATION|UPGRADE) FAILED: |query: failed to query with labels: )?kubernetes cluster unreachable/i.test(
    failure,
  );
}

/** How Go names a request without an answer: Helm asks nobody but the cluster. Times that are over are the run's own. */
const unanswered =
  /\b(?:Get|Post|Put|Patch|Delete|Head) "https?:\/\/[^"]*": (?!context (?:canceled|deadline exceeded)|tls:|x509:|net\/http: request canceled)/;
/** The same of a stream, and what an API server says that is starting or stopping, or does not know a credential any more. */
const brokenOff =
  /http2: client connection lost|http2: server sent GOAWAY|the server is currently unable to handle the request|apiserver not ready|the server has asked for the client to provide credentials|: Unauthorized$/m;

/**
 * Whether a failure of Helm's means that it lost the cluster in the middle of its run: something may have been changed,
 * and nothing is said about whether the work would have succeeded.
 */
export function hasLostCluster(failure: string): boolean {
  return unanswered.test(failure) || brokenOff.test(failure);
}
