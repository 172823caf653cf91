/** The journal's proofs: leaves, the Merkle tree, checkpoints, and the bundle that an outsider verifies. */
export * from './port.js';
export { fromBase64, fromHex, joinBytes, sameBytes, toBase64, toHex } from './bytes.js';
export { canonicalJson, unicodeJson } from './canonical-json.js';
export * from './contents.js';
export * from './leaf.js';
export * from './tree.js';
export * from './tiles.js';
export * from './proofs.js';
export * from './note.js';
export * from './checkpoint.js';
export * from './key-statements.js';
export * from './time-stamp/time-stamp.js';
export * from './bundle/manifest.js';
export * from './bundle/proof-file.js';
export { contentLine, missingContentLine, personLine, type MissingContent } from './bundle/contents-check.js';
export type { BundleFiles } from './bundle/file-check.js';
export * from './bundle/verdict.js';
export { verifyBundle, type BundleTrust } from './bundle/verify-bundle.js';
