export { createKeyRing, type KeyRing } from "./create-key-ring.ts";
export { keyRingSetting } from "./key-ring-setting.ts";
export { asSealed, type Sealed } from "./sealed.ts";
export { SealingError, type SealingErrorKind } from "./sealing-error.ts";
export { Secret } from "./secret.ts";
