import {
  type ClusterAnswer,
  type EffectiveGrant,
  judgedObjects,
  type KnownScopes,
  leastGrant,
  type UngrantedObject,
  ungrantedObjects,
} from "@platz/domain";
import { redactor } from "@platz/helm/redactor";
import { textOf, withoutSecrets } from "./diff-manifests.ts";
import { documentsOf } from "./manifest-objects.ts";

const OBJECT_CHARACTERS_MAX = 20_000;
const ALL_CHARACTERS_MAX = 400_000;
const UNGRANTED_MAX = 200;

type MapValue<Given> = Given extends ReadonlyMap<string, infer Value> ? Value : never;

/** A manifest, and by what it is judged. */
export interface ManifestToRead {
  readonly manifest: string;
  readonly namespace: string;
  /** Texts that nobody may be told. */
  readonly confidential: readonly string[];
  /** Whether kinds belong to namespaces, as pairs. */
  readonly scopes: readonly (readonly [string, MapValue<KnownScopes>])[];
  readonly grant: EffectiveGrant;
}

/** The objects of a manifest, with what Secrets hold left out, and those that the grant does not cover. */
export function readRendering({
  manifest,
  namespace,
  confidential,
  scopes,
  grant,
}: ManifestToRead): ClusterAnswer<"Render"> {
  const hide = redactor(confidential);
  const judged = judgedObjects(documentsOf(manifest), { namespace, scopes: new Map(scopes) });
  let room = ALL_CHARACTERS_MAX;
  const cut = (text: string) => {
    const told = text.slice(0, Math.min(OBJECT_CHARACTERS_MAX, room));
    room -= told.length;
    return told;
  };
  const objects = judged.map(({ object: { content }, needs }) => {
    const whole = hide(textOf(withoutSecrets(content, undefined, { hide, mark: "(secret)" })));
    const { apiVersion, kind, name } = needs;
    const place = { apiVersion, kind, name: hide(name), namespace: needs.namespace && hide(needs.namespace) };
    return { told: { ...place, text: cut(whole) }, whole };
  });
  const needs = judged.map(({ needs }) => needs);
  const ungranted = ungrantedObjects(needs, grant);
  return {
    objects: objects.map(({ told }) => told),
    ungranted: ungranted.slice(0, UNGRANTED_MAX).map((object) => hidden(object, hide)),
    leastGrant: leastGrant(needs),
    isComplete: ungranted.length <= UNGRANTED_MAX && objects.every(({ told, whole }) => told.text === whole),
  };
}

/** Names are a chart's texts as well. */
function hidden(object: UngrantedObject, hide: (text: string) => string): UngrantedObject {
  const { namespace } = object;
  return {
    ...object,
    name: hide(object.name),
    why: hide(object.why),
    namespace: namespace && hide(namespace),
  };
}
