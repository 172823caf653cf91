/** File systems of their own for tests: a small one that fills up, and a folder that cannot be written. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A mounted folder. */
export interface Mounted {
  readonly path: string;
  unmount(): void;
}

/** Why nothing can be mounted here; null where it can. */
export function whyNoMounts(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux can mount';
  try {
    mountSmall(1).unmount();
    return null;
  } catch {
    return 'this system lets nobody mount';
  }
}

/** A file system in memory of so many megabytes, which can be made larger. */
export function mountSmall(megabytes: number): Mounted & { resize(megabytes: number): void } {
  const disk = mounted((path) => run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path));
  return { ...disk, resize: (size) => run('mount', '-o', `remount,size=${size}m`, disk.path) };
}

/** The folder `of` once more, read-only. */
export function mountReadOnly(of: string): Mounted {
  return mounted((path) => {
    run('mount', '--bind', of, path);
    run('mount', '-o', 'remount,ro,bind', path);
  });
}

function mounted(mount: (path: string) => void): Mounted {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-mount-'));
  const path = join(folder, 'disk');
  mkdirSync(path);
  const unmount = (): void => {
    // The binding closes its files when its objects are collected: the folder is taken away at once all the same.
    run('umount', '--lazy', path);
    rmSync(folder, { recursive: true });
  };
  try {
    mount(path);
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
  return { path, unmount };
}

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: 'pipe' });
}
