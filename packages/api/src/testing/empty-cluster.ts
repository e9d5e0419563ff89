import { takeClusterQuestions } from "@platz/db/queries/cluster-questions";
import type { ClusterAnswer, ClusterQuestionKind } from "@platz/domain";
import { answerClusterQuestion } from "@platz/services";
import type { Call, Prepared } from "./prepared.ts";

type Answers = { readonly [Kind in ClusterQuestionKind]: ClusterAnswer<Kind> };

const nothing: Answers = {
  Pods: { pods: [], isComplete: true },
  PodLog: { text: "", isComplete: true },
  PodEvents: { events: [], isComplete: true },
  ReleaseRights: { ungranted: [], leastGrant: { preset: "nothing", podSecurity: "baseline" } },
  Render: {
    objects: [],
    isComplete: true,
    ungranted: [],
    leastGrant: { preset: "nothing", podSecurity: "baseline" },
  },
  ReleaseDiff: { objects: [], isComplete: true },
};

/** Stands for the agent of a world's cluster until disposed: whatever is asked, there is nothing but what is given. */
export function emptyCluster(
  world: Pick<Prepared, "db" | "keyring" | "cluster">,
  given: Partial<Answers> = {},
): AsyncDisposable {
  const answers = { ...nothing, ...given };
  let isOver = false;
  const answering = (async () => {
    while (!isOver) {
      for (const taken of await takeClusterQuestions(world.db, [world.cluster.id], 10)) {
        await answerClusterQuestion(world, taken, { answer: answers[taken.question.kind] });
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      isOver = true;
      await answering;
    },
  };
}

/** The call, with an agent that answers if the cluster is asked. */
export function answered(world: Prepared, call: Call, given: Partial<Answers> = {}): Call {
  return async (api) => {
    await using _agent = emptyCluster(world, given);
    return await call(api);
  };
}
