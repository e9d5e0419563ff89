import { type Client, createClient, isClientError } from "@platz/client";
import type { DeploymentId, DeploymentTaskId } from "@platz/domain";
import { signInThroughProvider } from "../local-stack/oidc/sign-in.ts";
import { eventually } from "./play.ts";

/** Where the stack is that a demo plays on. */
export interface DemoStack {
  readonly api: string;
  /** `host:port` of the registry that chart-discovery reads. */
  readonly registry: string;
  readonly ingressDomain: string;
  readonly kubeconfig: string;
  readonly context: string;
}

/** Signs in as a browser does, by the provider's code flow with PKCE, and gives a client that acts as this person. */
export async function signedInClient(api: string, email: string): Promise<Client> {
  const anonymous = createClient({ url: api });
  const { redirectUrl, browserSecret } = await anonymous.signIn.start.mutate({});
  const { code, state } = await signInThroughProvider({ redirectUrl, email });
  const { accessToken } = await anonymous.signIn.finish.mutate({ code, state, browserSecret });
  return createClient({ url: api, token: accessToken });
}

/** What the steps ask of the API again and again. */
export function askAbout(client: Client) {
  const deployment = (id: DeploymentId) => client.deployments.get.query({ id });
  const tasks = async (deploymentId: DeploymentId) =>
    (await client.deploymentTasks.list.query({ deploymentId, page: { perPage: 100 } })).items.toReversed();
  return {
    deployment,
    /** All tasks of a deployment, oldest first. */
    tasks,
    /** The whole log of a task. */
    async log(id: DeploymentTaskId): Promise<string> {
      const { chunks } = await client.deploymentTasks.log.query({ id, limit: 1000 });
      return chunks.map(({ text }) => text).join("");
    },
    /** Waits for the end of every task of a deployment and gives the last one. */
    async settled(id: DeploymentId) {
      let last: Awaited<ReturnType<typeof tasks>>[number] | undefined;
      return await eventually(
        "The end of the task",
        async () => {
          last = (await tasks(id)).at(-1);
          return last?.finishedAt ? last : undefined;
        },
        { timeoutMs: 120_000, seen: () => `It is ${last?.status}: ${last?.reason ?? "no reason"}` },
      );
    },
    /** Whether a deployment is gone for good. */
    async isGone(id: DeploymentId): Promise<true | undefined> {
      try {
        await deployment(id);
        return undefined;
      } catch (error) {
        if (isClientError(error, "not-found")) return true;
        throw error;
      }
    },
    /** What was refused, in the API's own words; fails when it was accepted. */
    async refusal(attempt: () => Promise<unknown>): Promise<string> {
      try {
        await attempt();
      } catch (error) {
        if (isClientError(error)) return error.message;
        throw error;
      }
      throw new Error("it was accepted");
    },
  };
}

/** Fails with a sentence unless it holds. */
export function expectThat(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
