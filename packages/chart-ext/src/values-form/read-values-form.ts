import type { ChartIssue } from "../chart-issue.ts";
import type { Dialect } from "../document/compose.ts";
import { type ReadDocument, readDocument, type SourceDocument } from "../document/read-document.ts";
import { allLocated } from "../findings/locate.ts";
import { patternFindings } from "../findings/pattern-findings.ts";
import { isObject } from "../json.ts";
import { formFromValues } from "./form-from-values.ts";
import type { ValuesForm } from "./values-form.ts";

const VALUES = "values.yaml";
const SCHEMA = "values.schema.json";

interface ReadValuesForm {
  readonly form: ValuesForm | null;
  readonly issues: readonly ChartIssue[];
  readonly findings: readonly ChartIssue[];
}

/**
 * The form of a chart whose author ships none. What Helm takes and we do not read, because it is too large, is as if it
 * were not there; what Helm would refuse too is an issue.
 */
export function readValuesForm(files: ReadonlyMap<string, string>): ReadValuesForm {
  const [values, schema] = [readShipped(files, VALUES, "helm"), readShipped(files, SCHEMA, "platz")];
  const issues = [values, schema].flatMap((read) => (read && "issues" in read ? read.issues : []));
  const described = documentOf(schema);
  const findings =
    described === undefined ? [] : allLocated(SCHEMA, described, patternFindings(described.value));
  if (issues.length > 0 || (values === undefined && schema === undefined)) {
    return { form: null, issues, findings };
  }
  const defaults = documentOf(values)?.value;
  const form = formFromValues({
    schema: described?.value,
    defaults: isObject(defaults) ? defaults : {},
    text: values === undefined ? "" : (files.get(VALUES) ?? ""),
  });
  return { form, issues, findings };
}

/** A file that is there and of a size that is read. */
function readShipped(
  files: ReadonlyMap<string, string>,
  file: string,
  dialect: Dialect,
): ReadDocument | undefined {
  const text = files.get(file);
  const read = text ? readDocument(file, text, dialect) : undefined;
  return read !== undefined && "issues" in read && read.isTooLarge ? undefined : read;
}

function documentOf(read: ReadDocument | undefined): SourceDocument | undefined {
  return read && "document" in read ? read.document : undefined;
}
