import { openRegistry, type Registry } from "../open-registry.ts";

/** The registry of the test run, as `host:port`. */
export function testRegistryDomain(): string {
  const domain = process.env["PLATZ_TEST_REGISTRY"];
  if (!domain) throw new Error("PLATZ_TEST_REGISTRY is not set; run the tests with `npm test`.");
  return domain;
}

/** A client for it, and a name prefix that no other test uses. */
export function testRegistry(): { readonly registry: Registry; readonly prefix: string } {
  return { registry: openRegistry({ domain: testRegistryDomain() }), prefix: `test-${crypto.randomUUID()}` };
}
