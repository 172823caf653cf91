/** A small log of its own for tests of bundles: rows, a tree, checkpoints and keys, all the same on every run. */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import {
  checkpointText,
  commitmentOf,
  cosign,
  createFrontier,
  createTileReader,
  createTileWriter,
  formatNote,
  keyStatementText,
  leafOf,
  parseNote,
  pseudonymOf,
  signText,
  toHex,
  verifierKey,
} from '@countersign/engine';
import type { JsonObject, StoredLeaf, VerifierKey } from '@countersign/engine';
import type { BundleSource, LeafContent, ShownLeaf } from '../../server/audit/bundle/source.js';
import { nodeJournalPort as port } from '../../server/audit/journal-port.js';

/** The name of the log. */
export const ORIGIN = 'log.example/countersign';

/** When the log begins; each row is a second later. */
const START = Date.UTC(2026, 0, 31, 9, 0, 0);

/** A key that signs, made from a text, so that it is the same on every run. */
export interface TestSigner {
  readonly key: VerifierKey;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The signer of a text. It is for tests alone: whoever knows the text has the key. */
export function testSigner(seed: string, name = ORIGIN, type?: number): TestSigner {
  const der = Buffer.concat([PKCS8_ED25519, port.sha256(Buffer.from(seed))]);
  const privateKey: KeyObject = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  const key = verifierKey(port, name, Buffer.from(x ?? '', 'base64url'), type);
  return { key, sign: (message) => sign(null, message, privateKey) };
}

/** The note of a text by signers. */
export function noteBy(text: string, ...signers: readonly TestSigner[]): string {
  return formatNote({ text, signatures: signers.map((by) => signText(port, text, by.key, by.sign)) });
}

/** The checkpoint with the cosignature of a witness under it; it says another text where `text` is given. */
export function cosignedBy(checkpoint: string, { key, sign: by }: TestSigner, text?: string): string {
  const note = parseNote(checkpoint);
  if (note === undefined) throw new Error('That is no note.');
  const line = cosign(port, text ?? note.text, key, Date.UTC(2026, 0, 31, 9, 30) / 1000, by);
  return formatNote({ text: note.text, signatures: [...note.signatures, line] });
}

/** The model that the rows run on. */
export const MODEL = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.com">
  <process id="approval" isExecutable="true"><startEvent id="start" /></process>
</definitions>
`;
const MODEL_KEY = 3;

/** A log that can be written to a bundle. */
export interface TestLog {
  readonly rows: readonly StoredLeaf[];
  readonly signers: readonly TestSigner[];
  /** A signed checkpoint of the tree at a size. */
  checkpoint(size: number): string;
  /** What a bundle of it is written from; parts can be replaced. */
  source(options?: SourceOptions): BundleSource;
}

/** What a bundle should have. */
export interface SourceOptions {
  readonly size?: number;
  readonly range?: { readonly from: number; readonly to: number };
  /** Which rows are shown: all where absent. */
  readonly isShown?: (row: StoredLeaf, index: number) => boolean;
  readonly earlier?: readonly number[];
  readonly timeStamps?: BundleSource['timeStamps'];
  readonly filter?: JsonObject;
  /** Positions whose content was erased or is withheld. */
  readonly erased?: ReadonlySet<number>;
  readonly withheld?: ReadonlySet<number>;
  /** The rows as the database has them, where they differ from what was recorded. */
  readonly stored?: ReadonlyMap<number, StoredLeaf | undefined>;
}

/** The content of a row and its salt. */
export interface Content {
  readonly content: JsonObject;
  readonly salt: Buffer;
}

/** What is unusual about a log. */
export interface LogOptions {
  /** A position at which no row was ever recorded. */
  readonly without?: number;
  /** Makes a row otherwise. */
  readonly change?: (row: StoredLeaf) => StoredLeaf;
}

/** A log of `count` rows; its second key took over at half of them. */
export function createTestLog(
  count: number,
  { without = Infinity, change = (row) => row }: LogOptions = {},
): TestLog {
  const signers = [testSigner('first key'), testSigner('second key')];
  const half = Math.floor(count / 2);
  const { salt, pseudonym: mary } = MARY;
  const contents = new Map<number, Content>();
  const rows = Array.from({ length: count }, (_, index) =>
    change(newRow(index + 1 < without ? index + 1 : index + 2, mary, contents)),
  );
  const leaves = rows.map((row) => leafOf(port, row).hash);
  const stored = new Map<string, Uint8Array>();
  const writer = createTileWriter(port.sha256, 0, () => undefined);
  for (const leaf of leaves) writer.append(leaf);
  for (const { level, index, hashes } of writer.takeChanged()) stored.set(`${level}/${index}`, hashes);
  const tiles = createTileReader(port.sha256, (level, index) =>
    Promise.resolve(stored.get(`${level}/${index}`)),
  );

  const checkpoint = (size: number): string => {
    const tree = createFrontier(port.sha256);
    for (const leaf of leaves.slice(0, size)) tree.append(leaf);
    return noteBy(checkpointText({ origin: ORIGIN, size, root: tree.root() }), signers[size > half ? 1 : 0]);
  };
  const statement = (number: number, size: number): string =>
    keyStatementText({
      origin: ORIGIN,
      number,
      key: signers[number - 1].key,
      size,
      at: new Date(START + size * 1000).toISOString(),
    });

  return {
    rows,
    signers,
    checkpoint,
    source({ size = count, range = { from: 0, to: size }, isShown = () => true, ...options } = {}) {
      const inTree = rows.slice(0, size);
      const shows = (row: StoredLeaf, index: number): boolean =>
        index >= range.from && index < range.to && isShown(row, index);
      const shown = inTree.filter(shows);
      return {
        origin: ORIGIN,
        filter: options.filter ?? {},
        range,
        checkpoint: { size, note: checkpoint(size) },
        earlier: (options.earlier ?? []).map((earlier) => ({ size: earlier, note: checkpoint(earlier) })),
        timeStamps: options.timeStamps ?? [],
        keyStatements: [noteBy(statement(1, 0), signers[0]), noteBy(statement(2, half), ...signers)],
        subtree: (level, index) => tiles.subtree(level, index),
        async *leaves() {
          for (let at = 0; at < size; at += 100) {
            const part = inTree.slice(at, at + 100);
            yield await Promise.resolve(
              part.map((row, index) => ({
                index: at + index,
                position: row.position,
                recorded: leaves[at + index],
                row: options.stored?.has(row.position) === true ? options.stored.get(row.position) : row,
                isShown: () => shows(row, at + index),
              })),
            );
          }
        },
        async *shown() {
          for (let at = 0; at < shown.length; at += 100) {
            const part = shown.slice(at, at + 100);
            yield await Promise.resolve(part.map((row) => shownLeaf(row, contents, options)));
          }
        },
        person: (pseudonym) =>
          Promise.resolve(
            pseudonym === mary ? { pseudonym, name: 'user:mary', salt: salt.toString('hex') } : undefined,
          ),
        models: (keys) =>
          Promise.resolve(
            keys
              .filter((key) => key === MODEL_KEY)
              .map((key) => ({
                processDefinitionKey: String(key),
                processId: 'approval',
                version: 1,
                bytes: Buffer.from(MODEL),
              })),
          ),
        sign: (text) => noteBy(text, signers[1]),
        now: () => START + count * 1000,
      };
    },
  };
}

function shownLeaf(
  { position }: StoredLeaf,
  contents: ReadonlyMap<number, Content>,
  { erased, withheld }: SourceOptions,
): ShownLeaf {
  const content = contents.get(position);
  const given = (): LeafContent | null => {
    if (content === undefined) return null;
    if (erased?.has(position) === true) return { missing: 'erased' };
    if (withheld?.has(position) === true) return { missing: 'withheld' };
    return { content: content.content, salt: content.salt.toString('hex') };
  };
  return { position, content: given() };
}

/** The salt of the person in the rows, and her pseudonym. */
export const MARY = (() => {
  const salt = Buffer.from(port.sha256(Buffer.from('salt of mary')));
  return { salt, pseudonym: pseudonymOf(port, salt, 'user:mary') };
})();

/** A deployment, and then instances of ten rows each: every tenth row is a person's decision with content. */
export function newRow(position: number, mary: string, contents: Map<number, Content>): StoredLeaf {
  const at = START + position * 1000;
  const nothing = {
    sequence: null,
    flowId: null,
    elementId: null,
    elementInstanceKey: null,
    commitment: null,
  };
  if (position === 1) {
    const checksum = toHex(port.sha256(Buffer.from(MODEL)));
    const processes = [
      { key: MODEL_KEY, id: 'approval', version: 1, resourceName: 'approval.bpmn', checksum },
    ];
    const data = { deploymentKey: 2, processes, forms: [] };
    const keys = { rootKey: null, processInstanceKey: null, processDefinitionKey: null };
    return { ...nothing, ...keys, position, at, actor: `user:${mary}`, type: 'deployment created', data };
  }
  const root = 100 + Math.floor((position - 2) / 10);
  const sequence = ((position - 2) % 10) + 1;
  const isDecision = sequence === 6;
  const salt = Buffer.from(port.sha256(Buffer.from(`salt ${position}`)));
  const content: JsonObject = {
    variables: { approved: position % 3 > 0, amount: position * 1.25, note: `Grüße an Zoë №${position}` },
  };
  if (isDecision) contents.set(position, { content, salt });
  return {
    position,
    rootKey: root,
    processInstanceKey: root,
    sequence,
    at,
    actor: isDecision ? `user:${mary}` : 'system',
    type: isDecision ? 'user task completed' : 'element activated',
    elementId: `element-${sequence}`,
    elementInstanceKey: 1000 + position,
    flowId: null,
    processDefinitionKey: MODEL_KEY,
    data: isDecision ? { userTaskKey: 5000 + position } : { scopeKey: root, path: ['main', sequence] },
    commitment: isDecision ? commitmentOf(port, salt, content) : null,
  };
}
