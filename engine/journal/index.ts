/** The journal's proofs: leaves, the Merkle tree, checkpoints, and the bundle that an outsider verifies. */
export * from './port.js';
export { fromBase64, fromHex, joinBytes, sameBytes, toBase64, toHex } from './bytes.js';
export { canonicalJson, unicodeJson } from './canonical-json.js';
export * from './leaf.js';
export * from './tree.js';
export * from './tiles.js';
export * from './proofs.js';
export * from './note.js';
export * from './checkpoint.js';
export * from './key-statements.js';
