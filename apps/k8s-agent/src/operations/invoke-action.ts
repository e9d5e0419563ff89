import { OperationFailed } from "@platz/domain";
import { EgressError } from "@platz/egress";
import type { OperationRunner, RunContext } from "./operation-runner.ts";

const TIMEOUT_MS = 60_000;
const ANSWER_BYTES_MAX = 256 * 1024;
const REASON_CHARACTERS_MAX = 2_000;

/**
 * One HTTP request to the application. That it goes out is recorded before it does: an owner who finds it recorded and
 * no answer cannot know what happened, says so, and does not repeat it, unless the action says that it may be.
 */
export const invokeAction: OperationRunner<"InvokeAction"> = {
  steps: ["prepare", "send", "answer"],
  async run(operation, context) {
    await context.step("prepare");
    const request = await context.actionRequest({ ...context.task, operation });
    context.hide(request.confidential);
    const { action, host, path } = request;
    if (context.task.progress["sent"] === true) requireRepeatable(action, context);
    context.log(`${action.title}: ${action.method} https://${host}${path}`);
    await context.record({ sent: true });
    await context.step("send");
    const { status, text } = await send(request, context);
    await context.step("answer");
    context.log(`The application answered ${status}.`);
    if (text !== "") context.log(text);
    if (status < 200 || status > 299) {
      throw new OperationFailed(`The application answered ${status}: ${bounded(text)}`);
    }
    return { status: "Done", reason: bounded(text) };
  },
};

function requireRepeatable({ idempotent }: Request["action"], { log }: RunContext): void {
  if (!idempotent) {
    throw new OperationFailed(
      "The agent stopped after the request was sent and before it was answered: its outcome is unknown, and it was not repeated.",
    );
  }
  log("It was sent before, and the agent stopped before it was answered. It is sent again, by the same key.");
}

type Request = Awaited<ReturnType<RunContext["actionRequest"]>>;

async function send({ action, host, path, body }: Request, context: RunContext) {
  const { egress, task, signal, log, sign } = context;
  const { method } = action;
  const hasBody = method !== "GET";
  const request = {
    method,
    url: `https://${host}${path}`,
    ...(hasBody && { body: JSON.stringify(body) }),
  };
  try {
    return await egress.request({
      ...request,
      headers: {
        ...(await sign(task.deploymentId, request)),
        accept: "application/json",
        "idempotency-key": task.id,
        ...(hasBody ? { "content-type": "application/json" } : {}),
      },
      timeoutMs: TIMEOUT_MS,
      maxBytes: ANSWER_BYTES_MAX,
      signal,
    });
  } catch (error) {
    if (signal.aborted) log("The request was on its way: whether it had its effect is unknown.");
    if (error instanceof EgressError) throw new OperationFailed(error.message, { cause: error });
    throw error;
  }
}

function bounded(text: string): string {
  return text.length > REASON_CHARACTERS_MAX ? `${text.slice(0, REASON_CHARACTERS_MAX)}…` : text;
}
