export { type ArchiveEntry, hiddenFile, makeArchive } from "./make-archive.ts";
export { cosignPayload, signChart, signed, signingKeys } from "./sign-chart.ts";
