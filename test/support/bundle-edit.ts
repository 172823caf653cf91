/** What a corruption of a bundle is, and how a file of one is changed line by line. */
import type { BundleCheckName } from '@countersign/engine';
import type { TestLog, TestSigner } from './audit-log.js';

/** A corruption. */
export interface Corruption {
  readonly name: string;
  /** What was done, in words. */
  readonly what: string;
  /** Checks of which each must fail; others may fail besides. */
  readonly failed: readonly (BundleCheckName | 'archive')[];
  /** Changes the files in place. */
  readonly change: (files: Map<string, Buffer>, log: TestLog) => void;
  /** Changes the archive once it is packed. */
  readonly pack?: (zip: Buffer) => Buffer;
  /** A file that is packed a second time. */
  readonly twice?: string;
  /** Who makes and signs the manifest again; nobody where absent. */
  readonly signedAgain?: 'log' | 'stranger';
  /** The key it is verified with, where that is not the log's. */
  readonly key?: TestSigner;
  /** The reader holds the checkpoint of this size. */
  readonly known?: number;
  /** The bundle that is changed: the one with a time stamp, or with a cosignature; the one without where absent. */
  readonly of?: 'stamped' | 'cosigned';
  /** The authority whose time stamps the reader wants: the one that stamped, or another one. */
  readonly trustsAuthority?: 'own' | 'other';
}

type Lines = string[];

/** Changes the lines of a file. */
export function edit(name: string, change: (lines: Lines) => void) {
  return (files: Map<string, Buffer>): void => {
    const lines = (files.get(name) ?? Buffer.alloc(0)).toString('utf8').split('\n').slice(0, -1);
    change(lines);
    files.set(name, Buffer.from(lines.map((line) => `${line}\n`).join('')));
  };
}
