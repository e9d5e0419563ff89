import { z } from "zod";
import { objectNeeds, type ReleasePlace } from "./object-needs.ts";
import { recordOf, shortOf } from "./rendered-object.ts";

/** An object that a release has outside of its namespace; `namespace: null` for one of the whole cluster. */
export const OutsideObject = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().nullable(),
  name: z.string(),
});
export type OutsideObject = z.output<typeof OutsideObject>;

/** What a release has outside of its namespace and is to go with it: not what its chart says that Helm must keep. */
export function outsideObjects(documents: readonly unknown[], place: ReleasePlace): OutsideObject[] {
  return objectNeeds(
    documents.filter((document) => !isKept(document)),
    place,
  ).flatMap(({ apiVersion, kind, namespace, name, outside }) =>
    outside === undefined ? [] : [{ apiVersion, kind, namespace, name }],
  );
}

function isKept(document: unknown): boolean {
  const { annotations } = recordOf(recordOf(document)["metadata"]);
  return shortOf(recordOf(annotations)["helm.sh/resource-policy"]).trim().toLowerCase() === "keep";
}
