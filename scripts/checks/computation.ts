/**
 * Who may compute what somebody else wrote: parsers, interpreters, diffs and expressions of a variable. Everybody else
 * asks the sandbox (`packages/sandbox`), where a job can be ended.
 */
const rooms: readonly { readonly what: RegExp; readonly said: string; readonly may: readonly string[] }[] = [
  {
    what: /from "(yaml|diff|ajv|json-logic-js|re2js)"/,
    said: "imports a parser, a diff or an interpreter",
    may: [
      "packages/chart-ext/",
      "packages/sandbox/",
      // What they read or write is our own, or that of whoever calls them.
      "packages/kubernetes/src/kubeconfig.ts",
      "packages/kubernetes/src/rights/",
      "packages/oci/src/read-chart-metadata.ts",
      "apps/cli/",
    ],
  },
  {
    what: /import (?!type)[^;]*\b(parseChart|chartFormOf|formOfValuesUi|validateInputs|collectionReferences|renderValues|renderSecrets|visibleInputs|isVisible|chartFindings|schemaFindings)\b[^;]*from "@platz\/chart-ext"/,
    said: "computes what a chart decides",
    may: ["packages/sandbox/", "apps/cli/"],
  },
  { what: /new RegExp\((?!"[^"]*"\))/, said: "makes an expression of a variable", may: [] },
];

/** What is wrong with one file of code, a sentence each. */
export function forbiddenComputation(file: string, text: string): string[] {
  return rooms
    .filter(({ what, may }) => what.test(text) && !may.some((place) => file.startsWith(place)))
    .map(({ said }) => `${file} ${said}: let a job of packages/sandbox do it.`);
}
