import { join } from "node:path";
import { loadKubeconfig } from "@platz/kubernetes";
import { every } from "@platz/worker";
import { z } from "zod";
import type { Report } from "../../toolchain/source.ts";
import { openApiServer } from "./api-server.ts";
import { registerNode, renewNodeLease } from "./node.ts";
import { Pod, podPath } from "./pod.ts";
import { PodLog } from "./pod-log.ts";
import { runPod } from "./run-pod.ts";

export interface NodeAgentOptions {
  readonly kubeconfig: string;
  /** Below it, each pod has a folder while it runs. */
  readonly folder: string;
  /** Folders that commands are looked for in. */
  readonly path: string;
  /** PEM texts with which logs are served; the API server does not ask who vouches for them. */
  readonly tls: { readonly cert: string; readonly key: string };
  readonly report: Report;
}

const NODE = "runs-pods-1";
const LEASE_MS = 10_000;

interface Running {
  /** One for each run of its container, the oldest first. */
  readonly logs: readonly PodLog[];
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

const Event = z.object({ type: z.string(), object: z.unknown() });

/**
 * A node whose pods really run: the command of a pod is a process of this machine, its Secrets are files, and its log
 * is served to the API server as a kubelet serves it. There are no images, no network and no isolation: for tests.
 */
export async function startNodeAgent(options: NodeAgentOptions): Promise<AsyncDisposable> {
  const api = openApiServer(await loadKubeconfig(options.kubeconfig));
  const pods = new Map<string, Running>();
  const stopAll = new AbortController();

  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    development: false,
    tls: options.tls,
    fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      const [, route, namespace, name] = pathname.split("/");
      const running = route === "containerLogs" ? pods.get(`${namespace}/${name}`) : undefined;
      if (running === undefined) return new Response("there is no such pod", { status: 404 });
      const log = running.logs.at(searchParams.get("previous") === "true" ? -2 : -1);
      if (log === undefined) return new Response("there is no log of that run", { status: 400 });
      return new Response(log.read(searchParams));
    },
  });

  function start(pod: Pod): void {
    const logs: PodLog[] = [];
    const newLog = () => {
      const log = new PodLog();
      logs.push(log);
      return log;
    };
    const stop = new AbortController();
    const folder = join(options.folder, pod.metadata.uid);
    const run = { pod, api, newLog, folder, path: options.path, stop: stop.signal };
    const ended = runPod(run).catch((error) => {
      options.report(
        `a pod of the test node could not be run: ${error instanceof Error ? error.message : error}`,
      );
    });
    pods.set(keyOf(pod), { logs, stop, ended });
  }

  async function end(pod: Pod): Promise<void> {
    const running = pods.get(keyOf(pod));
    running?.stop.abort(pod.metadata.deletionGracePeriodSeconds * 1000);
    await running?.ended;
    await api.ask("DELETE", podPath(pod), {
      gracePeriodSeconds: 0,
      preconditions: { uid: pod.metadata.uid },
    });
  }

  function take(type: string, pod: Pod): void {
    const running = pods.get(keyOf(pod));
    if (type === "DELETED") {
      running?.stop.abort(0);
      pods.delete(keyOf(pod));
    } else if (pod.metadata.deletionTimestamp !== undefined) {
      if (!running?.stop.signal.aborted) void end(pod);
    } else if (running === undefined && pod.status.phase === "Pending") {
      start(pod);
    }
  }

  async function followOnce(): Promise<void> {
    const path = `/api/v1/pods?fieldSelector=spec.nodeName%3D${NODE}`;
    for await (const event of api.watch(path, stopAll.signal)) {
      const { type, object } = Event.parse(event);
      const pod = Pod.safeParse(object).data;
      if (pod !== undefined) take(type, pod);
    }
  }

  async function follow(): Promise<void> {
    while (!stopAll.signal.aborted) {
      await followOnce().catch((error) => {
        if (!stopAll.signal.aborted) options.report(`the test node lost its watch: ${error}`);
      });
      await Bun.sleep(100);
    }
  }

  await renewNodeLease(api, NODE);
  await registerNode(api, NODE, server.port ?? 0);
  const renewing = every(
    LEASE_MS,
    () => renewNodeLease(api, NODE),
    (error) => options.report(`the test node could not say that it lives: ${error}`),
  );
  const following = follow();
  return {
    async [Symbol.asyncDispose]() {
      renewing[Symbol.dispose]();
      stopAll.abort();
      for (const { stop } of pods.values()) stop.abort(0);
      await Promise.all([following, ...[...pods.values()].map(({ ended }) => ended)]);
      await server.stop(true);
    },
  };
}

const keyOf = ({ metadata: { namespace, name } }: Pod) => `${namespace}/${name}`;
