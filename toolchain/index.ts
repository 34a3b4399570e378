/** Finds the Pulumi engine or brings it; nothing else in the project knows how. */
export { findEngine } from "./find-engine";
export type { Engine } from "./engine";
export { engineVersion } from "./engine-version";
export { NamedEngineError, NoEngineError } from "./errors";
