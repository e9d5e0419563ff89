/** Something that is wrong with a chart, for whoever wrote it. */
export interface ChartIssue {
  /** The file, relative to the chart's folder. */
  readonly file: string;
  /** Where in the file: keys and indexes from the top. */
  readonly path: readonly (string | number)[];
  /** One sentence that says what was expected. */
  readonly message: string;
  /** 1-based line in the file, where it is known. */
  readonly line?: number;
}

/** An issue as one line of text: `platz/actions.yaml:12: spec.id: must be a string`. */
export function issueText({ file, path, message, line }: ChartIssue): string {
  const where = path.length === 0 ? "" : ` ${path.join(".")}:`;
  return `${file}${line === undefined ? "" : `:${line}`}:${where} ${message}`;
}
