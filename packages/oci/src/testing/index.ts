export { type ArchiveEntry, hiddenFile, makeArchive } from "./make-archive.ts";
