import type { OutputPipe } from "./output-pipe.ts";
import type { Redactor } from "./redaction/redactor.ts";

const ANSWER_LENGTH_MAX = 16 * 1024 * 1024;

/** Collects an answer whole; a `problem` when there was more than 16 MiB, of which the rest is only read. */
export function answerPipe(redact: Redactor): OutputPipe & { text(): string; problem(): string | undefined } {
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  let length = 0;
  return {
    push(bytes) {
      length += bytes.length;
      if (length <= ANSWER_LENGTH_MAX) pieces.push(decoder.decode(bytes, { stream: true }));
    },
    end: () => void pieces.push(decoder.decode()),
    text: () => redact(pieces.join("")),
    problem: () => (length > ANSWER_LENGTH_MAX ? "Helm's answer was longer than 16 MiB." : undefined),
  };
}
