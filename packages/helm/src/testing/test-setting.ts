/** A setting of the test run; the run sets up the part that it names. */
export function testSetting(name: "PLATZ_TEST_HELM" | "PLATZ_TEST_KUBECONFIG"): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; run the tests with \`npm test\`.`);
  return value;
}
