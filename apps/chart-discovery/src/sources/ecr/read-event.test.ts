import { expect, test } from "bun:test";
import { ecrEvent } from "../../testing/ecr-world.ts";
import { readEvent } from "./read-event.ts";

const digest = `sha256:${"a".repeat(64)}`;
const read = (event: object) => readEvent(JSON.stringify(event));
const pushed = { tag: "1.0.0", digest };

test("a push and a deletion say whose image it is, and which", () => {
  expect(read(ecrEvent("charts/paint", pushed))).toEqual({
    account: "111122223333",
    region: "eu-west-1",
    action: "PUSH",
    repository: "charts/paint",
    digest,
    tag: "1.0.0",
  });
  expect(read(ecrEvent("paint", { digest, action: "DELETE" }))).toMatchObject({
    action: "DELETE",
    tag: undefined,
  });
});

test("an empty tag is none", () => {
  expect(read(ecrEvent("paint", { tag: "", digest }))).toMatchObject({ tag: undefined });
});

test.each([
  ["of another service", { source: "aws.ec2" }],
  ["of another kind", { "detail-type": "ECR Image Scan", detail: {} }],
  [
    "of a push that failed",
    {
      detail: {
        result: "FAILURE",
        "repository-name": "paint",
        "image-digest": digest,
        "action-type": "PUSH",
      },
    },
  ],
])("an event %s is none of ours", (_, more) => {
  expect(read(ecrEvent("paint", pushed, more))).toBe("other");
});

test.each([
  ["not json", "It is not JSON."],
  ["7", "It is no event: the message: "],
  [JSON.stringify({ detail: {} }), "It is no event: source: "],
  [JSON.stringify(ecrEvent("paint", pushed, { account: "acme" })), "account: must be an AWS account id"],
  [JSON.stringify(ecrEvent("paint", pushed, { region: "x/../y" })), "region: must be an AWS region"],
  [
    JSON.stringify(ecrEvent("paint", { tag: "1", digest: "latest" })),
    "detail.image-digest: must be a digest",
  ],
  [JSON.stringify(ecrEvent("paint", pushed, { detail: { result: "SUCCESS" } })), "detail.action-type: "],
])("%s cannot be read, and it is said why", (body, reason) => {
  const event = readEvent(body);
  expect(event).toHaveProperty("unreadable");
  expect(JSON.stringify(event)).toContain(reason);
});
