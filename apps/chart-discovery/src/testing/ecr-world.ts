import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { type AwsStub, OWN_ACCOUNT, setEnvironment, startAwsStub } from "@platz/aws/testing";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { type TestRepository, testRegistryDomain, testRepository } from "./test-charts.ts";

export const REGION = "eu-west-1";

/** AWS as discovery meets it: a queue of events with one for dead letters, and ECR in front of the registry of the run. */
export interface EcrWorld extends AsyncDisposable {
  readonly aws: AwsStub;
  readonly domain: string;
  /** A queue that no other test uses, by its name. */
  createQueue(options?: { readonly deadLettersAfter?: number }): Promise<EcrQueue>;
  /** A repository that ECR has. */
  createRepository(name?: string): TestRepository;
}

export interface EcrQueue {
  readonly name: string;
  send(body: unknown): Promise<void>;
  /** Messages that are there, hidden ones included. */
  depth(): Promise<number>;
  /** Bodies of the dead letters, which are taken out. */
  deadLetters(): Promise<readonly string[]>;
}

export async function createEcrWorld(): Promise<EcrWorld> {
  await using started = new AsyncDisposableStack();
  const sqs: FauxqsServer = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false });
  started.defer(() => sqs.stop());
  const aws = started.use(startAwsStub([REGION, "us-east-1"], { registry: testRegistryDomain() }));
  started.use(setEnvironment({ ...aws.environment, AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${sqs.port}` }));
  const client = new SQSClient({ region: REGION, useQueueUrlAsEndpoint: false });
  started.defer(() => client.destroy());
  const parts = started.move();
  return {
    aws,
    domain: new URL(aws.endpoint).host,
    createQueue: (options) => createQueue(client, options),
    createRepository(name) {
      const repository = testRepository(name);
      aws.ecr.repositories.push({
        accountId: OWN_ACCOUNT,
        region: REGION,
        name: repository.repository,
      });
      return repository;
    },
    [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose](),
  };
}

async function createQueue(
  client: SQSClient,
  { deadLettersAfter }: { readonly deadLettersAfter?: number } = {},
): Promise<EcrQueue> {
  const name = `charts-${crypto.randomUUID()}`;
  const deadName = `${name}-dead`;
  const dead = await client.send(new CreateQueueCommand({ QueueName: deadName }));
  const arn = `arn:aws:sqs:${REGION}:000000000000:${deadName}`;
  const policy = JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: deadLettersAfter });
  const { QueueUrl: url } = await client.send(
    new CreateQueueCommand({
      QueueName: name,
      ...(deadLettersAfter === undefined ? {} : { Attributes: { RedrivePolicy: policy } }),
    }),
  );
  const counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  return {
    name,
    async send(body) {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: text }));
    },
    async depth() {
      const { Attributes: found } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...counts] }),
      );
      return counts.reduce((sum, count) => sum + Number(found?.[count] ?? 0), 0);
    },
    async deadLetters() {
      const { Messages: messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: dead.QueueUrl, MaxNumberOfMessages: 10 }),
      );
      return messages.map(({ Body: body = "" }) => body);
    },
  };
}

/** An event as EventBridge sends it. */
export function ecrEvent(
  repository: string,
  detail: { readonly tag?: string; readonly digest: string; readonly action?: "PUSH" | "DELETE" },
  more: object = {},
): object {
  const { tag, digest, action = "PUSH" } = detail;
  return {
    version: "0",
    id: crypto.randomUUID(),
    "detail-type": "ECR Image Action",
    source: "aws.ecr",
    account: OWN_ACCOUNT,
    time: new Date().toISOString(),
    region: REGION,
    resources: [],
    detail: {
      result: "SUCCESS",
      "repository-name": repository,
      "image-digest": digest,
      "action-type": action,
      ...(tag === undefined ? {} : { "image-tag": tag }),
    },
    ...more,
  };
}
