import {
  type ClusterAnswer,
  type EffectiveGrant,
  judgedObjects,
  type KnownScopes,
  leastGrant,
  PreconditionFailed,
  type UngrantedObject,
  ungrantedObjects,
} from "@platz/domain";
import { redactor } from "@platz/helm";
import { documentsOf, textOf, withoutSecrets } from "./diff-manifests.ts";

const OBJECT_CHARACTERS_MAX = 20_000;
const ALL_CHARACTERS_MAX = 400_000;
const UNGRANTED_MAX = 200;
/** Helm's record of a release is a Secret of 1 MiB, packed. */
const MANIFEST_CHARACTERS_MAX = 4 * 1024 * 1024;

/** A manifest, and by what it is judged. */
export interface ManifestToRead {
  readonly manifest: string;
  readonly namespace: string;
  /** Texts that nobody may be told. */
  readonly confidential: readonly string[];
  readonly scopes: KnownScopes;
  readonly grant: EffectiveGrant;
}

/**
 * The objects of a manifest, with what Secrets hold left out, and those that the grant does not cover. Throws
 * `PreconditionFailed` for a manifest that is too large for a release anyway.
 */
export function readRendering({
  manifest,
  namespace,
  confidential,
  scopes,
  grant,
}: ManifestToRead): ClusterAnswer<"Render"> {
  if (manifest.length > MANIFEST_CHARACTERS_MAX) {
    throw new PreconditionFailed("What the chart makes is too large for a release: it cannot be looked at.");
  }
  const hide = redactor(confidential);
  const judged = judgedObjects(documentsOf(manifest), { namespace, scopes });
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
