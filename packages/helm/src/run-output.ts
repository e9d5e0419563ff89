import type { OutputLine } from "./helm-runner.ts";
import { type OutputPipe, outputPipe } from "./output-pipe.ts";
import type { Redactor } from "./redaction/redactor.ts";

const LINE_LENGTH_MAX = 16 * 1024;
const TOTAL_LENGTH_MAX = 1024 * 1024;
const TAIL_LENGTH_MAX = 64 * 1024;
const CRASH_LENGTH_MAX = 4 * 1024;

export interface RunOutput {
  readonly stdout: OutputPipe;
  readonly stderr: OutputPipe;
  /** The end of what came on standard error, for the failure; it grows on when the lines given out are full. */
  errorTail(): string;
  /** What Go itself said of an end that Helm did not come to; a long trace follows it. */
  crash(): string;
}

/** Both of a run's streams as lines, bounded in total: past 1 MiB one marker is given out, and the rest only read. */
export function runOutput(redact: Redactor, onOutput: (line: OutputLine) => void): RunOutput {
  const limits = { lineLengthMax: LINE_LENGTH_MAX };
  let total = 0;
  let tail = "";
  let crash = "";

  function give(line: OutputLine): void {
    if (total > TOTAL_LENGTH_MAX) return;
    total += line.text.length + 1;
    if (total <= TOTAL_LENGTH_MAX) onOutput(line);
    else
      onOutput({ source: line.source, text: `[output truncated: more than ${TOTAL_LENGTH_MAX} characters]` });
  }

  return {
    stdout: outputPipe(redact, limits, (text) => give({ source: "stdout", text })),
    stderr: outputPipe(redact, limits, (text) => {
      tail = `${tail}${text}\n`.slice(-TAIL_LENGTH_MAX);
      if (crash.length < CRASH_LENGTH_MAX && /^(fatal error|runtime): /.test(text)) crash += `${text}\n`;
      give({ source: "stderr", text });
    }),
    errorTail: () => tail,
    crash: () => crash,
  };
}
