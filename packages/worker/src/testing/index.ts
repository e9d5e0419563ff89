export { type Costly, type Growth, measureGrowth } from "./measure-growth.ts";
export { printedSeed, type SeededRandom, seededRandom } from "./seeded-random.ts";
