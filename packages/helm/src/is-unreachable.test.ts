import { expect, test } from "bun:test";
import { hasLostCluster } from "./is-unreachable.ts";

const request =
  'server-side apply failed for object a/b batch/v1, Kind=Job: Patch "https://10.0.0.1/apis/batch/v1"';

test.each([
  `${request}: unexpected EOF`,
  `${request}: read tcp 127.0.0.1:51144->127.0.0.1:34773: read: connection reset by peer`,
  `${request}: dial tcp 127.0.0.1:34773: connect: connection refused`,
  `${request}: dial tcp 10.0.0.1:443: i/o timeout`,
  "UPGRADE FAILED: http2: client connection lost",
  "the server is currently unable to handle the request",
  "server-side apply failed for object a/b /v1, Kind=ConfigMap: Unauthorized",
])("a cluster was lost in the middle of a run: %s", (failure) => {
  expect(hasLostCluster(failure)).toBe(true);
});

test.each([
  `${request}: context deadline exceeded`,
  `${request}: x509: certificate signed by unknown authority`,
  "failed pre-install: 1 error occurred: job failed: BackoffLimitExceeded",
  'execution error at (a/templates/b.yaml:1:4): connection refused by "https://example.com"',
  'admission webhook "policy" denied the request: connection refused',
])("the work failed: %s", (failure) => {
  expect(hasLostCluster(failure)).toBe(false);
});
