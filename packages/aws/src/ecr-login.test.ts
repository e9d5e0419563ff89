import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { ecrLogins, regionOfEcrDomain } from "./ecr-login.ts";
import { type AwsStub, setEnvironment, startAwsStub } from "./testing/index.ts";

let aws: AwsStub;
let settings: Disposable;
beforeAll(() => {
  aws = startAwsStub(["eu-west-1", "us-east-1"]);
  settings = setEnvironment(aws.environment);
});
afterAll(async () => {
  settings[Symbol.dispose]();
  await aws[Symbol.asyncDispose]();
});
beforeEach(() => {
  aws.fault = () => undefined;
});
afterEach(() => {
  aws.ecr.loginSeconds = 12 * 3600;
});

const asked = () =>
  aws.calls.filter(({ action }) => action === "GetAuthorizationToken").map(({ region }) => region);

test("a login is asked for once for each region, however many need it at once, and names the own registry", async () => {
  const loginOf = ecrLogins();
  const before = asked().length;
  const [first, second, other] = await Promise.all([
    loginOf("eu-west-1"),
    loginOf("eu-west-1"),
    loginOf("us-east-1"),
  ]);
  expect(first).toEqual(second);
  expect(first).toMatchObject({ username: "AWS", domain: new URL(aws.endpoint).host });
  expect(other.password).not.toBe(first.password);
  expect(asked().slice(before).sort()).toEqual(["eu-west-1", "us-east-1"]);
});

test("a login about to run out is asked for anew", async () => {
  let now = Date.now();
  const loginOf = ecrLogins(() => now);
  const first = await loginOf();
  now += 11 * 3_600_000;
  expect(await loginOf()).toEqual(first);
  now += 3_600_000;
  expect((await loginOf()).password).not.toBe(first.password);
});

test("a login that AWS refuses is told with its reason, and asked for again the next time", async () => {
  const loginOf = ecrLogins();
  aws.fault = () => [
    400,
    "AccessDeniedException",
    "User is not authorized to perform: ecr:GetAuthorizationToken",
  ];
  await expect(loginOf("eu-west-1")).rejects.toThrow(
    "AWS refused the request (AccessDeniedException): User is not authorized to perform: ecr:GetAuthorizationToken.",
  );
  aws.fault = () => undefined;
  expect((await loginOf("eu-west-1")).username).toBe("AWS");
});

test.each([
  ["111122223333.dkr.ecr.eu-west-1.amazonaws.com", "eu-west-1"],
  ["111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1"],
  ["111122223333.dkr.ecr-fips.us-gov-east-1.amazonaws.com", "us-gov-east-1"],
  ["111122223333.dkr-ecr.eu-west-1.on.aws", "eu-west-1"],
  ["registry.example.com", undefined],
])("the region of %s is %p", (domain, region) => {
  expect(regionOfEcrDomain(domain)).toBe(region);
});
