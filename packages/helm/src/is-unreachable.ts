/**
 * Whether a failure of Helm's means that it did not get through to the cluster, so that nothing was changed and the run
 * may be tried again.
 */
export function isUnreachable(failure: string): boolean {
  return /^(?:(?:INSTALLATION|UPGRADE) FAILED: |query: failed to query with labels: )?kubernetes cluster unreachable/i.test(
    failure,
  );
}
